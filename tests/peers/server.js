// PouchDB Server's own HTTP side over databases in memory, on a free port of loopback.
//
//     node server.js
//
// The first line on stdout is {"port": number}. It ends when its standard input does, so that it
// never outlives the test that began it.

const express = require("express");
const PouchDB = require("pouchdb")
  .plugin(require("pouchdb-adapter-memory"))
  .defaults({ adapter: "memory" });
const couch = require("express-pouchdb")(PouchDB, {
  mode: "minimumForPouchDB",
  inMemoryConfig: true,
});

/** PouchDB knows selectors, but its HTTP side looks for one in the query alone. */
function takeSelector(request, _, next) {
  if (request.query.filter === "_selector") {
    request.query.selector = JSON.stringify(request.body.selector);
    delete request.query.filter;
  }
  next();
}

const server = express();
server.post("/:db/_changes", express.json(), takeSelector);
server.use("/", couch);
const listener = server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ port: listener.address().port }));
});
process.stdin.resume().on("end", () => process.exit(0));
