// PouchDB Server's own HTTP side over databases in memory, on a free port of loopback.
//
//     node server.js [USER:PASSWORD]
//
// With credentials nobody else is answered. The first line on stdout is {"port": number}. It ends when its standard input does, so that it
// never outlives the test that began it.

const express = require("express");
const PouchDB = require("pouchdb")
  .plugin(require("pouchdb-adapter-memory"))
  .defaults({ adapter: "memory" });
const couch = require("express-pouchdb")(PouchDB, {
  mode: "minimumForPouchDB",
  overrideMode: { include: ["routes/security"] },
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

/** As a CouchDB that has an administrator; its own accounts would need much more of it. */
function admitOnly(credentials) {
  const expected = `Basic ${Buffer.from(credentials).toString("base64")}`;
  return (request, response, next) => {
    if (request.get("Authorization") === expected) return next();
    response.status(401).json({ error: "unauthorized", reason: "Name or password is incorrect." });
  };
}

const server = express();
if (process.argv[2]) server.use(admitOnly(process.argv[2]));
server.post("/:db/_changes", express.json(), takeSelector);
server.use("/", couch);
const listener = server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ port: listener.address().port }));
});
process.stdin.resume().on("end", () => process.exit(0));
