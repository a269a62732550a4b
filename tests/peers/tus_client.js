// A tus-js-client that does what it is told, one JSON object a line, and answers in kind.
//
//     node tus_client.js
//
// {"id", "do": "send", url, token, content (base64), metadata, chunk, cut, from}
//   sends from `from` (an upload's address) or anew; after `cut` bytes it stops where it is.
//   Answered by {"id", "ok": {url, sent, done}} or {"id", "error": {message, status}}.
// {"id", "do": "abort", url, token} terminates an upload.

const readline = require("node:readline");
const tus = require("tus-js-client");

function send({ url, token, content, metadata, chunk, cut, from }) {
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(Buffer.from(content, "base64"), {
      endpoint: url,
      uploadUrl: from || null,
      headers: { Authorization: `Bearer ${token}` },
      metadata,
      chunkSize: chunk,
      retryDelays: [0, 0],
      onError: reject,
      onSuccess: () => resolve({ url: upload.url, done: true }),
      onChunkComplete: (_, accepted) => {
        if (!cut || accepted < cut) return;
        upload.abort().then(() => resolve({ url: upload.url, sent: accepted, done: false }));
      },
    });
    upload.start();
  });
}

async function abort({ url, token }) {
  await tus.Upload.terminate(url, {
    headers: { Authorization: `Bearer ${token}` },
    retryDelays: [],
  });
  return {};
}

const actions = { send, abort };

readline.createInterface({ input: process.stdin }).on("line", async (line) => {
  const command = JSON.parse(line);
  let told;
  try {
    told = { ok: await actions[command.do](command) };
  } catch (error) {
    const answer = error.originalResponse;
    told = { error: { message: error.message, status: answer ? answer.getStatus() : 0 } };
  }
  process.stdout.write(`${JSON.stringify({ id: command.id, ...told })}\n`);
});
