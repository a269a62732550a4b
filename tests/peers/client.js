// A PouchDB client that does what it is told, one JSON object a line, and answers in kind.
//
//     node client.js
//
// {"id", "do", ...} is answered by {"id", "ok": result} or {"id", "error": {name, status, ...}}.
// Databases go by a name given in "open": one in memory, or a remote one with its URL and token.
// It ends when its standard input does, so that it never outlives the test that began it.

const PouchDB = require("pouchdb").plugin(require("pouchdb-adapter-memory"));

const databases = new Map();
const live = new Map();

function opened({ url, token, name }) {
  if (!url) return new PouchDB(name, { adapter: "memory" });
  const signedIn = (address, options) => {
    options.headers.set("Authorization", `Bearer ${token}`);
    return PouchDB.fetch(address, options);
  };
  return new PouchDB(url, { skip_setup: true, fetch: signedIn });
}

function replication({ source, target, options }) {
  return PouchDB.replicate(databases.get(source), databases.get(target), options);
}

/** Resolves once the database's winning revision of a document is `rev`, or is deleted. */
function until({ database, key, rev }) {
  return new Promise((resolve, reject) => {
    const feed = databases
      .get(database)
      .changes({ since: 0, live: true })
      .on("error", reject)
      .on("change", (row) => {
        if (row.id !== key || (rev && row.changes[0].rev !== rev)) return;
        feed.cancel();
        resolve(row.changes[0].rev);
      });
  });
}

const actions = {
  open: (command) => void databases.set(command.name, opened(command)),
  call: ({ database, method, args }) => databases.get(database)[method](...args),
  replicate: replication,
  live: ({ name, ...command }) => {
    const options = { ...command.options, live: true };
    const running = replication({ ...command, options });
    const refused = [];
    const over = new Promise((resolve) => {
      const end = (error) => resolve({ refused, error: error ? told(error) : null });
      running.on("denied", (refusal) => refused.push(refusal));
      running.on("complete", () => end(null)).on("error", end);
    });
    live.set(name, { running, over });
  },
  stop: ({ name }) => {
    const { running, over } = live.get(name);
    running.cancel();
    return over;
  },
  until,
};

function told(error) {
  const { name, status, message, reason } = error;
  return { name, status, message, reason, result: error.result };
}

async function obey(line) {
  const { id, do: action, ...command } = JSON.parse(line);
  let answer;
  try {
    answer = { id, ok: (await actions[action](command)) ?? null };
  } catch (error) {
    answer = { id, error: told(error) };
  }
  console.log(JSON.stringify(answer));
}

require("node:readline")
  .createInterface({ input: process.stdin })
  .on("line", obey)
  .on("close", () => process.exit(0));
