// An OpenID provider (oidc-provider) with a few people, which signs in whom it was told last.

const http = require("node:http");
const readline = require("node:readline");

// It would tell how to run it for real; what is said to the test is ours alone.
console.info = () => {};
console.warn = () => {};
const say = (word) => process.stdout.write(`${JSON.stringify(word)}\n`);

// Who is at the keyboard: a name among `people`, or null for somebody who changes their mind.
let present = null;

function configuration({ people, client, thin }) {
  return {
    clients: [client],
    pkce: { required: () => true },
    claims: {
      openid: ["sub"],
      email: ["email", "email_verified"],
      profile: ["name", "preferred_username", "groups"],
    },
    // Else what a person is called is told by userinfo alone.
    conformIdTokenClaims: Boolean(thin),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    cookies: { keys: ["a key of the test"] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
    // What a person is asked at the provider is not what is tested.
    loadExistingGrant: async ({ oidc }) => {
      const { clientId } = oidc.client;
      const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  };
}

async function answer(provider, request, response) {
  if (!request.url.startsWith("/interaction/")) return provider.callback()(request, response);
  const result = present
    ? { login: { accountId: present, remember: false } }
    : { error: "access_denied", error_description: "somebody changed their mind" };
  return provider.interactionFinished(request, response, result);
}

async function start(settings) {
  // It is an ES module, which alone `import` takes in every version of Node.
  const { Provider } = await import(require.resolve("oidc-provider"));
  const server = http.createServer();
  server.listen(settings.port ?? 0, "127.0.0.1", () => {
    const issuer = `http://127.0.0.1:${server.address().port}`;
    const provider = new Provider(issuer, configuration(settings));
    for (const event of ["authorization.error", "grant.error", "server_error"]) {
      provider.on(event, (_, error) => console.error(event, error.message));
    }
    server.on("request", (request, response) => answer(provider, request, response));
    say({ issuer });
  });
}

const lines = readline.createInterface({ input: process.stdin });
lines.once("line", (line) => {
  start(JSON.parse(line));
  lines.on("line", (next) => {
    ({ present } = JSON.parse(next));
    say({ present });
  });
});
