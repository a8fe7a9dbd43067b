// Browsers of people, each with cookies of its own, watched for what no page of ours may do.
"use strict";

const assert = require("node:assert/strict");

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };
const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15";
const ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";

class Visitors {
  constructor(browser, { api, calls, notifier, distribution, provider }) {
    this.browser = browser;
    this.hosts = [api, calls, notifier, distribution, provider];
    this.contexts = [];
    this.complaints = [];
  }

  // A page of a browser that was never here before.
  async come(options = {}) {
    const context = await this.browser.newContext({ viewport: DESK, locale: "en-GB", reducedMotion: "reduce", ...options });
    context.setDefaultTimeout(15_000);
    this.contexts.push(context);
    context.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== "data:" && !this.hosts.includes(origin)) {
        this.complaints.push(`a request to another host: ${request.url()}`);
      }
    });
    context.on("weberror", (error) => this.complaints.push(`a script failed: ${error.error().stack}`));
    context.on("console", (message) => this.listen(message));
    return context.newPage();
  }

  // Errors and breaches of the policy are told on the console. So is what was refused, as journeys
  // want it; what pages are made of never is.
  listen(message) {
    if (!["error", "warning"].includes(message.type())) return;
    const { pathname } = new URL(message.location().url || "about:blank");
    const refused = /^Failed to load resource: the server responded with a status of 4\d\d/;
    if (refused.test(message.text()) && !pathname.startsWith("/assets/")) return;
    this.complaints.push(`the console says: ${message.text()} (${message.location().url})`);
  }

  complain() {
    const complaints = this.complaints.splice(0);
    assert.deepEqual(complaints, []);
  }

  async leave() {
    this.complaints = [];
    await Promise.all(this.contexts.splice(0).map((context) => context.close()));
  }
}

// Signs in on the login page that `page` is on, and waits until it is gone.
async function signIn(page, { api, password }, handle = "ada") {
  await page.getByLabel("Handle").fill(handle);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.origin !== api);
}

// A browser in which Ada is signed in, at `path` of distribution.
async function signedIn(world, path, options) {
  const page = await world.visitors.come(options);
  await page.goto(`${world.distribution}/session?path=${encodeURIComponent(path)}`);
  await signIn(page, world);
  return page;
}

// Where the app of a build is managed, as its row on the list that `page` shows leads there.
async function managed(page, build) {
  const row = page.getByRole("listitem").filter({ has: page.locator(`a[href="${new URL(build).pathname}"]`) });
  return row.locator("a[href^='/admin/apps/']").getAttribute("href");
}

module.exports = { ANDROID, DESK, IPHONE, MAC, PHONE, Visitors, managed, signIn, signedIn };
