// PouchDB 9 with leveldb and its own defaults, asked by lines of JSON and answering by such lines.
//
//   {"do": "fill", "folder", "docs"}                  -> {"seconds", "count"}
//   {"do": "pull", "folder", "url", "authorization"}  -> {"seconds", "count"}
//   {"do": "push", "folder", "url", "authorization"}  -> {"seconds", "count"}
//
// One process for all turns: from the second turn on its code is compiled and warm.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { performance } from "node:perf_hooks";

const PouchDB = createRequire(new URL("../tests/peers/", import.meta.url))("pouchdb");

function remote({ url, authorization }) {
  return new PouchDB(url, {
    fetch(address, options) {
      options.headers.set("Authorization", authorization);
      return PouchDB.fetch(address, options);
    },
  });
}

const actions = {
  async fill(db, { docs }) {
    const answers = await db.bulkDocs(docs);
    return answers.filter((answer) => answer.ok).length;
  },
  async pull(db, asked) {
    return (await db.replicate.from(remote(asked))).docs_written;
  },
  async push(db, asked) {
    const result = await db.replicate.to(remote(asked));
    return result.docs_written - result.doc_write_failures;
  },
};

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const asked = JSON.parse(line);
  const began = performance.now();
  const db = new PouchDB(asked.folder);
  const count = await actions[asked.do](db, asked);
  const seconds = (performance.now() - began) / 1000;
  await db.close();
  process.stdout.write(JSON.stringify({ seconds, count }) + "\n");
}
