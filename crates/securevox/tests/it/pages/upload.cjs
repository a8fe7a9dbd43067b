// Packages come in through the form, with JavaScript and without it.
"use strict";

const assert = require("node:assert/strict");

const { audit } = require("./audit.cjs");
const { PHONE, signedIn } = require("./visitors.cjs");

async function anUploadShowsHowFarItIs(world) {
  const page = await signedIn(world, "/admin");
  await audit(page, "upload", world);
  const line = await page.context().newCDPSession(page);
  const pace = (uploadThroughput) => line.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
  await pace(20_000);
  await page.getByLabel("Package").setInputFiles(world.packages.ios);
  await page.getByLabel("What is new").fill("Faster start\nFixes <b>this</b> & that");
  await page.getByLabel("Channel").fill("beta");
  await page.getByRole("button", { name: "Upload" }).click();
  const bar = page.getByRole("progressbar");
  await bar.waitFor();
  await page.waitForFunction(() => document.querySelector("progress")?.value > 0);
  const figures = /kB \/ \d+ kB · \d+ kB\/s · \d+ (seconds|minutes?) left/;
  await page.locator("[data-figures]").filter({ hasText: figures }).waitFor();
  await audit(page, "uploading", world, { again: false });
  await pace(-1);
  await page.waitForURL("**/builds/*");
  assert.match(await page.locator("main").innerText(), /Fixes <b>this<\/b> & that/);
  world.ios = page.url();
}

// What is wrong is told at the field, and what was typed is still there: with JavaScript the page
// stays, without it the page comes again.
async function aPackageThatIsNoneIsToldInPlace(world) {
  const page = await signedIn(world, "/admin");
  await isToldInPlace(world, page, `${world.distribution}/admin`);
  await audit(page, "upload-refused", world, { again: false });
  const plain = await signedIn(world, "/admin", { javaScriptEnabled: false, viewport: PHONE });
  await isToldInPlace(world, plain, `${world.distribution}/admin/builds`);
}

async function isToldInPlace(world, page, url) {
  await page.getByLabel("Package").setInputFiles(world.packages.nonsense);
  await page.getByLabel("What is new").fill("</textarea><b>1 & 2");
  await page.getByLabel("Channel").fill("beta \"2\"");
  await page.getByRole("button", { name: "Upload" }).click();
  await page.getByRole("alert").waitFor();
  assert.equal(page.url(), url);
  assert.match(await page.getByRole("alert").innerText(), /not an app package/);
  assert.equal(await page.getByLabel("Package").getAttribute("aria-invalid"), "true");
  assert.equal(await page.getByLabel("Channel").inputValue(), "beta \"2\"");
  assert.equal(await page.getByLabel("What is new").inputValue(), "</textarea><b>1 & 2");
}

async function uploadsWorkWithoutJavaScript(world) {
  const page = await signedIn(world, "/admin", { javaScriptEnabled: false, viewport: PHONE });
  for (const [name, file] of [["newer", world.packages.newer], ["android", world.packages.android]]) {
    await page.goto(`${world.distribution}/admin`);
    await page.getByLabel("Package").setInputFiles(file);
    await page.getByRole("button", { name: "Upload" }).click();
    await page.waitForURL("**/builds/*");
    world[name] = page.url();
  }
  assert.match(await page.locator("main").innerText(), /SHA-256/);
}

module.exports = [anUploadShowsHowFarItIs, aPackageThatIsNoneIsToldInPlace, uploadsWorkWithoutJavaScript];
