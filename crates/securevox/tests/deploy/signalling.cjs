// Two devices in a call, with the client of Socket.IO itself: by polling, by WebSocket, and by
// polling without the cookie that keeps a client with one copy.

const fs = require("node:fs");
const https = require("node:https");
const readline = require("node:readline");
const { io } = require("socket.io-client");

const CANDIDATES = 30;

readline.createInterface({ input: process.stdin }).once("line", async (line) => {
  const order = JSON.parse(line);
  const lookup = (_, options, done) =>
    options.all ? done(null, [{ address: order.address, family: 4 }]) : done(null, order.address, 4);
  const agent = () => new https.Agent({ ca: fs.readFileSync(order.authority), lookup });

  function open(token, transport, withCredentials) {
    const socket = io(order.url, {
      agent: agent(),
      auth: { token },
      forceNew: true,
      reconnection: false,
      timeout: 8000,
      transports: [transport],
      withCredentials,
    });
    return new Promise((resolve, reject) => {
      socket.once("connect", () => resolve(socket));
      socket.once("connect_error", (error) => {
        socket.disconnect();
        reject(error);
      });
    });
  }

  async function call(transport, call_id) {
    const [carl, dora] = order.devices;
    const one = await open(carl.token, transport, true);
    const other = await open(dora.token, transport, true);
    const heard = [];
    const all = new Promise((resolve) => {
      other.onAny((event, body) => {
        if (event.startsWith("webrtc:")) heard.push(body.sealed);
        if (heard.length === CANDIDATES + 1) resolve();
      });
    });
    for (const socket of [one, other]) {
      const joined = await socket.timeout(8000).emitWithAck("call:join", { call_id });
      if (!joined.ok) throw new Error(JSON.stringify(joined));
    }
    const say = (event, sealed) =>
      one.timeout(8000).emitWithAck(event, { call_id, to: dora.id, sealed });
    await say("webrtc:offer", "b2ZmZXI=");
    const sent = Array.from({ length: CANDIDATES }, (_, n) => String(n).padStart(4, "0"));
    await Promise.all(sent.map((sealed) => say("webrtc:candidate", sealed)));
    await all;
    one.disconnect();
    other.disconnect();
    const [offer, ...candidates] = heard;
    return { offer, candidates: candidates.length, in_order: candidates.join() === sent.join() };
  }

  const polling = await call("polling", order.calls[0]);
  const websocket = await call("websocket", order.calls[1]);
  let without_cookie = 0;
  for (let attempt = 0; attempt < order.attempts; attempt += 1) {
    await open(order.devices[0].token, "polling", false).then(
      (socket) => {
        without_cookie += 1;
        socket.disconnect();
      },
      () => {},
    );
  }
  process.stdout.write(`${JSON.stringify({ polling, websocket, without_cookie })}\n`);
  process.exit(0);
});
