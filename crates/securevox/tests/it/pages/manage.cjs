// Builds after their upload: found, changed, compared, with their symbols, the room they take, and the log.
"use strict";

const assert = require("node:assert/strict");

const { audit } = require("./audit.cjs");
const { PHONE, signedIn } = require("./visitors.cjs");

const MAPPING = "# compiler: R8\n# pg_map_id: 6a1d8e1\ncom.example.Main -> a.a:\n";

// From the page of the newer build for iPhones to the list that it is in.
async function aBuildIsManagedFromItsPage(world) {
  const page = await signedIn(world, new URL(world.newer).pathname);
  await page.getByRole("link", { name: "Manage this build" }).click();
  await page.waitForURL("**/admin/builds/*");
  world.managed = new URL(page.url()).pathname;
  await audit(page, "manage-build", world);

  await page.getByLabel("Release notes").fill("# Faster\n\n- starts **at once**");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("status").getByRole("heading", { name: "Faster" }).waitFor();
  assert.equal(await page.getByLabel("Release notes").inputValue(), "# Faster\n\n- starts **at once**");
  await audit(page, "manage-preview", world, { again: false });
  await page.getByLabel("Channel", { exact: true }).fill("beta");
  await page.getByLabel("Ends").fill("2040-05-06T07:08");
  await page.getByLabel("Pinned").check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  assert.ok(await page.getByLabel("Pinned").isChecked());
}

async function buildsAreFoundInTheListOfTheirApp(world) {
  const page = await signedIn(world, world.managed);
  await page.getByRole("navigation", { name: "Example" }).getByRole("link", { name: "Builds" }).click();
  await page.waitForURL("**/builds");
  await page.getByText("Expires 6 May 2040").waitFor();
  await audit(page, "builds", world);
  await page.getByLabel("Version or commit").fill("1.1");
  await page.getByRole("button", { name: "Show" }).click();
  await page.waitForURL("**q=1.1**");
  assert.equal(await page.locator("main .list li").count(), 1);
  await page.goto(`${page.url().split("?")[0]}?q=nothing`);
  await audit(page, "builds-none", world);
}

// What the first one saved is shown to the second one before it is replaced.
async function nobodyReplacesWhatTheyHaveNotSeen(world) {
  const first = await signedIn(world, world.managed, { javaScriptEnabled: false, viewport: PHONE });
  const second = await first.context().newPage();
  await second.goto(first.url());
  await first.getByLabel("Channel", { exact: true }).fill("nightly");
  await first.getByRole("button", { name: "Save" }).click();
  await second.getByLabel("Channel", { exact: true }).fill("stable");
  await second.getByRole("button", { name: "Save" }).click();
  await second.getByRole("alert").getByText("nightly").waitFor();
  assert.equal(await second.getByLabel("Channel", { exact: true }).inputValue(), "stable");
  const page = await signedIn(world, world.managed);
  const stale = await page.locator("input[name=seen]").getAttribute("value");
  await second.getByRole("button", { name: "Save" }).click();
  await second.getByText("Saved", { exact: true }).waitFor();
  assert.ok(stale);
  await page.getByLabel("Channel", { exact: true }).fill("mine");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").waitFor();
  await audit(page, "manage-conflict", world, { again: false });
}

async function buildsAreCompared(world) {
  const page = await signedIn(world, `${world.managed}/compare`);
  await page.getByRole("cell", { name: "1.0", exact: true }).waitFor();
  await audit(page, "compare", world);
}

async function symbolsAreKeptWithABuild(world) {
  const page = await signedIn(world, world.managed, { javaScriptEnabled: false });
  const file = { name: "mapping.txt", mimeType: "text/plain", buffer: Buffer.from(MAPPING) };
  await page.getByLabel("Zipped dSYM or mapping.txt").setInputFiles(file);
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByText("6a1d8e1").waitFor();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "mapping.txt" }).click();
  assert.equal((await download).suggestedFilename(), "mapping.txt");
  await page.goto(`${world.distribution}${world.managed}`);
  await page.getByLabel("Zipped dSYM or mapping.txt").setInputFiles({ ...file, buffer: Buffer.from("nothing") });
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("alert").getByText("These are no symbols").waitFor();
}

async function rulesTellWhatTheyWouldDelete(world) {
  const page = await signedIn(world, world.managed);
  await page.getByRole("link", { name: "Storage" }).click();
  await page.waitForURL("**/storage");
  await page.getByLabel("Megabytes").fill("500");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  await page.goto(page.url());
  await audit(page, "storage", world);
  await page.getByLabel("Builds").fill("1");
  await page.getByRole("button", { name: "See what would go" }).click();
  await page.getByRole("heading", { name: "What would go with these rules" }).waitFor();
  await audit(page, "storage-preview", world, { again: false });
  await page.goto(page.url());
  assert.equal(await page.getByLabel("Builds").inputValue(), "");
}

async function theLogSaysWhoDidWhat(world) {
  const page = await signedIn(world, world.managed);
  const tabs = page.getByRole("navigation", { name: "Example" });
  await tabs.getByRole("link", { name: "Log", exact: true }).click();
  await page.waitForURL("**/log");
  await page.getByText("changed a build").first().waitFor();
  await audit(page, "log", world);
}

module.exports = [
  aBuildIsManagedFromItsPage, buildsAreFoundInTheListOfTheirApp, nobodyReplacesWhatTheyHaveNotSeen,
  buildsAreCompared, symbolsAreKeptWithABuild, rulesTellWhatTheyWouldDelete, theLogSaysWhoDidWhat,
];
