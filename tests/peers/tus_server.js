// A tus server that is not ours, @tus/server with files in the current folder, on a free port.
//
//     node tus_server.js
//
// It says {"port"} once it listens. HEAD /v1/objects/<key> answers as the gateway does for what
// was uploaded whole under that key. It ends when its standard input does.

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const { Server } = require("@tus/server");
const { FileStore } = require("@tus/file-store");

const objects = new Map();

const tus = new Server({
  path: "/v1/uploads",
  datastore: new FileStore({ directory: process.cwd() }),
  async onUploadFinish(_, response, upload) {
    const content = fs.readFileSync(upload.storage.path);
    const sha256 = createHash("sha256").update(content).digest("hex");
    objects.set(upload.metadata.key, { size: content.length, sha256 });
    return response;
  },
});

const server = http.createServer((request, response) => {
  const key = request.url.replace("/v1/objects/", "");
  if (key === request.url) return tus.handle(request, response);
  const found = objects.get(decodeURIComponent(key));
  if (!found) return response.writeHead(404).end();
  return response.writeHead(200, { ETag: `"${found.sha256}"`, "Content-Length": found.size }).end();
});

server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`);
});
process.stdin.resume().on("end", () => process.exit(0));
