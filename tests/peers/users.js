// PouchDB Server with its accounts: `_session` and a `_users` database in memory, on a free port of
// loopback, with the server administrator "gateway".
//
//     node users.js
//
// The first line on stdout is {"port": number}. It ends when its standard input does.

const express = require("express");
const PouchDB = require("pouchdb")
  .plugin(require("pouchdb-adapter-memory"))
  .defaults({ adapter: "memory" });
const couch = require("express-pouchdb")(PouchDB, {
  mode: "minimumForPouchDB",
  inMemoryConfig: true,
  overrideMode: {
    include: [
      "config-infrastructure",
      "logging-infrastructure",
      "routes/authentication",
      "routes/authorization",
      "routes/session",
    ],
    exclude: ["routes/session-stub"],
  },
});

const listener = express().use("/", couch).listen(0, "127.0.0.1");
couch.couchConfig.set("admins", "gateway", "the gateway's own", () => {
  console.log(JSON.stringify({ port: listener.address().port }));
});
process.stdin.resume().on("end", () => process.exit(0));
