// PouchDB Server over databases in a folder, on a given port of loopback: it can be killed.
//
//     node durable.js PORT
//
// The first line on stdout is {"port": number}, then comes one for each request that is seen. It
// ends when its standard input does, so that it never outlives the test that began it.

const express = require("express");
const PouchDB = require("pouchdb").defaults({ prefix: process.cwd() + "/" });
const couch = require("express-pouchdb")(PouchDB, {
  mode: "minimumForPouchDB",
  overrideMode: { include: ["routes/security"] },
  inMemoryConfig: true,
});

const server = express();
server.use((request, _, next) => {
  console.log(JSON.stringify({ method: request.method, url: request.url }));
  next();
});
server.use("/", couch);
const listener = server.listen(Number(process.argv[2]), "127.0.0.1", () => {
  console.log(JSON.stringify({ port: listener.address().port }));
});
process.stdin.resume().on("end", () => process.exit(0));
