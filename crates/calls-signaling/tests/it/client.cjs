// Sockets by name, driven by one line for each command; each is answered by one line.
const { io } = require("socket.io-client");
const readline = require("node:readline");

const sockets = new Map();

function open({ name, url, options }) {
    const socket = io(url, { forceNew: true, reconnection: false, ...options });
    const heard = [];
    const waiting = [];
    const hear = (word) => (waiting.length > 0 ? waiting.shift()(word) : heard.push(word));
    sockets.set(name, { socket, heard, waiting });
    socket.onAny((event, body) => hear({ event, body }));
    socket.on("disconnect", (reason) => hear({ event: "disconnect", body: reason }));
    socket.io.on("reconnect", () => hear({ event: "reconnect" }));
    return new Promise((resolve) => {
        socket.once("connect", () =>
            resolve({ connected: true, transport: socket.io.engine.transport.name }),
        );
        socket.once("connect_error", (error) =>
            resolve({ connected: false, message: error.message }),
        );
    });
}

const commands = {
    hello: () => ({}),
    open,
    // One after another, all at once; answered when all are acknowledged.
    async say({ name, words }) {
        const { socket } = sockets.get(name);
        const acks = words.map(([event, ...body]) => socket.timeout(20000).emitWithAck(event, ...body));
        return { acks: await Promise.all(acks) };
    },
    // Bytes, which JSON cannot carry to here.
    async bytes({ name, event, body, key }) {
        const { socket } = sockets.get(name);
        const all = { ...body, [key]: Buffer.from([1, 2, 3]) };
        return { acks: [await socket.timeout(20000).emitWithAck(event, all)] };
    },
    tell({ name, words }) {
        words.forEach(([event, ...body]) => sockets.get(name).socket.emit(event, ...body));
        return {};
    },
    next({ name }) {
        const { heard, waiting } = sockets.get(name);
        return heard.length > 0 ? heard.shift() : new Promise((resolve) => waiting.push(resolve));
    },
    heard({ name }) {
        return { heard: sockets.get(name).heard };
    },
    async idle({ name, ms }) {
        await new Promise((resolve) => setTimeout(resolve, ms));
        return { connected: sockets.get(name).socket.connected };
    },
    transport({ name }) {
        return { transport: sockets.get(name).socket.io.engine.transport.name };
    },
    // Where the next connection of the same client goes, as a proxy would lead it elsewhere.
    move({ name, url }) {
        sockets.get(name).socket.io.uri = url;
        return {};
    },
    close({ name }) {
        sockets.get(name).socket.disconnect();
        return {};
    },
};

(async () => {
    for await (const line of readline.createInterface({ input: process.stdin })) {
        const command = JSON.parse(line);
        const answer = await commands[command.do](command);
        process.stdout.write(`${JSON.stringify(answer ?? {})}\n`);
    }
    process.exit(0);
})();
