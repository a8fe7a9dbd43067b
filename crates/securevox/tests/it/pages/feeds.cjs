// The page of feeds: a link for a phone is made, used and withdrawn.
"use strict";

const assert = require("node:assert/strict");

const { audit } = require("./audit.cjs");
const { scan } = require("./install.cjs");
const { PHONE, signedIn } = require("./visitors.cjs");

async function strangersAreToldWhoGetsLinks(world) {
  const page = await world.visitors.come({ viewport: PHONE });
  await page.goto(`${world.distribution}/feeds`);
  assert.equal(await page.getByLabel("New link").count(), 0);
  await audit(page, "feeds-stranger", world);
}

async function aLinkKeepsAPhoneUpToDate(world) {
  const page = await signedIn(world, "/feeds");
  await audit(page, "feeds-none", world);
  await page.getByLabel("New link").fill("Ada’s tablet & phone");
  await page.getByRole("button", { name: "Create link" }).click();
  await page.getByRole("heading", { name: "Your new link" }).waitFor();
  const add = await page.getByRole("link", { name: "Open in F-Droid" }).getAttribute("href");
  await page.locator(".scan .qr").scrollIntoViewIfNeeded();
  assert.equal(await scan(page), add);
  await audit(page, "feeds-made", world, { again: false });

  const { searchParams } = new URL(add);
  assert.match(searchParams.get("fingerprint"), /^[0-9A-F]{64}$/);
  const repository = add.replace(/^fdroidrepo/, "http").replace(/\?.*/, "");
  const source = new URL(await page.getByRole("link", { name: "Open in AltStore" }).getAttribute("href"));
  const news = await page.getByRole("link", { name: /^RSS/ }).first().getAttribute("href");
  const feeds = [`${repository}/entry.jar`, source.searchParams.get("url"), news];
  const answers = async () => {
    // Readers have no cookies.
    const reader = await world.visitors.come();
    return Promise.all(feeds.map(async (feed) => (await reader.request.get(feed)).status()));
  };
  assert.deepEqual(await answers(), [200, 200, 200]);

  // The secret is not shown again.
  await page.goto(`${world.distribution}/feeds`);
  assert.equal(await page.getByRole("link", { name: "Open in F-Droid" }).count(), 0);
  assert.match(await page.getByRole("listitem").filter({ hasText: "Ada’s tablet" }).innerText(), /last used/);
  await audit(page, "feeds", world);
  await page.locator("summary", { hasText: "Ada’s tablet & phone" }).click();
  const question = page.getByRole("dialog", { name: "Withdraw Ada’s tablet & phone?" });
  await audit(page, "feeds-asked", world, { again: false });
  await page.keyboard.press("Escape");
  assert.equal(await question.count(), 0);
  // Whoever thinks better of it is where they were.
  assert.match(await page.evaluate(() => document.activeElement.textContent), /^Withdraw/);
  await page.keyboard.press("Enter");
  await question.getByRole("button", { name: "Withdraw" }).click();
  await page.getByRole("status").waitFor();
  await audit(page, "feeds-withdrawn", world);
  assert.deepEqual(await answers(), [404, 404, 404]);
}

module.exports = [strangersAreToldWhoGetsLinks, aLinkKeepsAPhoneUpToDate];
