// A mail server (smtp-server) that says each mail it takes, and does as it was told at its start.

const readline = require("node:readline");
const { SMTPServer } = require("smtp-server");

const say = (word) => process.stdout.write(`${JSON.stringify(word)}\n`);

function refusal(code) {
  const error = new Error("5.1.1 refused here");
  error.responseCode = code;
  return error;
}

readline.createInterface({ input: process.stdin }).once("line", (line) => {
  const { port, secure, starttls, key, cert, password, refuse } = JSON.parse(line);
  // The first recipients are refused with these codes, one each.
  const refused = [...(refuse ?? [])];
  const off = [...(starttls ? [] : ["STARTTLS"]), ...(password ? [] : ["AUTH"])];
  const server = new SMTPServer({
    secure,
    key,
    cert,
    disabledCommands: off,
    authOptional: !password,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    onAuth(auth, session, done) {
      const right = auth.username === "ada" && auth.password === password;
      say({ login: auth.username, right, tls: Boolean(session.secure) });
      done(right ? null : refusal(535), { user: auth.username });
    },
    onRcptTo(address, session, done) {
      const code = refused.shift();
      if (code) say({ refused: code });
      done(code ? refusal(code) : null);
    },
    onData(stream, session, done) {
      const chunks = [];
      stream.on("data", (chunk) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        const to = rcptTo.map(({ address }) => address);
        const message = Buffer.concat(chunks).toString();
        say({ mail: { from: mailFrom.address, to, message, tls: Boolean(session.secure) } });
        done();
      });
    },
  });
  // A client that gives up in the middle is none of ours to tell.
  server.on("error", () => {});
  server.listen(port ?? 0, "127.0.0.1", () => say({ port: server.server.address().port }));
});
