// Drives Chromium through the pages. Told once where everything is, it says one line for each
// journey: its name, and what went wrong if anything did; and one for each look at a page.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const { chromium } = require("playwright-core");

const { Visitors } = require("./visitors.cjs");

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

// In their order: each finds what those before it left.
const JOURNEYS = [
  ...require("./arrive.cjs"),
  ...require("./upload.cjs"),
  ...require("./install.cjs").journeys,
  ...require("./phone.cjs"),
  ...require("./people.cjs"),
  ...require("./feeds.cjs"),
  ...require("./insight.cjs"),
  ...require("./manage.cjs"),
  ...require("./webhooks.cjs"),
  ...require("./tokens.cjs"),
  ...require("./forms.cjs"),
  ...require("./keyboard.cjs"),
  ...require("./reference.cjs"),
  ...require("./enrol.cjs"),
];

const say = (word) => process.stdout.write(`${JSON.stringify(word)}\n`);

function installed(name) {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  return folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
}

async function main(given) {
  const executablePath = installed("chromium");
  if (!executablePath) {
    say({ skipped: "the pages in a browser, because there is no `chromium` in the PATH" });
    return;
  }
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const visitors = new Visitors(browser, given);
  const journeys = given.provider ? require("./sso.cjs") : JOURNEYS;
  const world = { ...given, visitors, say };
  for (const journey of journeys) {
    try {
      await journey(world);
      visitors.complain();
      say({ journey: journey.name });
    } catch (error) {
      say({ journey: journey.name, fault: error.stack ?? String(error) });
    }
    await visitors.leave();
  }
  await browser.close();
  say({});
}

readline.createInterface({ input: process.stdin }).once("line", (line) => {
  main(JSON.parse(line)).then(() => process.exit(0), (error) => {
    console.error(error);
    process.exit(1);
  });
});
