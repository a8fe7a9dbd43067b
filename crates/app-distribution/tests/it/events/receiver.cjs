// A receiver of webhooks that verifies each with the library of Standard Webhooks, and answers
// as it was last told.
"use strict";

const http = require("node:http");
const readline = require("node:readline");
const { Webhook } = require("standardwebhooks");

const say = (word) => process.stdout.write(`${JSON.stringify(word)}\n`);

let state = { port: 0, secrets: [], status: 200, answer: "ok" };

function verifies(secret, body, headers) {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks).toString();
    const { status, answer, secrets } = state;
    response.writeHead(status, { "content-type": "text/html" }).end(answer);
    say({
      status,
      id: request.headers["webhook-id"],
      signatures: request.headers["webhook-signature"].split(" ").length,
      verified: secrets.map((secret) => verifies(secret, body, request.headers)),
      body: JSON.parse(body),
    });
  });
});

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  state = { ...state, ...JSON.parse(line) };
  if (server.listening) {
    say({ ready: true });
    return;
  }
  server.listen(state.port, "127.0.0.1", () => say({ port: server.address().port }));
}).on("close", () => process.exit(0));
