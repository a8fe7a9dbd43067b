// The API of each service, to be read.
"use strict";

const assert = require("node:assert/strict");

const { audit } = require("./audit.cjs");
const { DESK } = require("./visitors.cjs");

async function isDescribed(service, world) {
  const page = await world.visitors.come();
  assert.equal((await page.goto(`${world[service]}/docs`)).status(), 200);
  const document = await (await page.request.get(`${world[service]}/v1/openapi.json`)).json();
  assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), document.info.title);
  const methods = Object.values(document.paths).flatMap((item) => Object.keys(item));
  assert.equal(await page.locator("[data-operation]").count(), methods.length);
  const told = await page.locator("[id^='schema-']").evaluateAll((all) => all.map(({ id }) => id.slice("schema-".length)));
  assert.deepEqual(told.sort(), Object.keys(document.components.schemas).sort());
  await nothingLeadsNowhere(page);
  // Grows with the API, and stays short for each operation and each body.
  const bodies = Object.keys(document.components.schemas).length;
  const most = Math.max(100_000, methods.length * 3_000 + bodies * 1_000);
  await audit(page, `docs-${service}`, world, { most });
}

// One journey each: a long page takes axe a while.
const apiIsDescribed = (world) => isDescribed("api", world);
const callsAreDescribed = (world) => isDescribed("calls", world);
const distributionIsDescribed = (world) => isDescribed("distribution", world);

async function notifierBeginsWithItsDescription(world) {
  await isDescribed("notifier", world);
  const page = await world.visitors.come();
  await page.goto(`${world.notifier}/`);
  assert.equal(page.url(), `${world.notifier}/docs`);
}

async function nothingLeadsNowhere(page) {
  const lost = await page.locator("a[href^='#']").evaluateAll((links) => links
    .map((link) => link.getAttribute("href").slice(1))
    .filter((id) => !document.getElementById(id)));
  assert.deepEqual(lost, []);
  const ids = await page.locator("[id]").evaluateAll((all) => all.map(({ id }) => id));
  assert.equal(new Set(ids).size, ids.length, "an id is there twice");
}

async function operationsAreFoundByAWord(world) {
  const page = await world.visitors.come({ viewport: DESK });
  await page.goto(`${world.api}/docs`);
  const all = await page.locator("[data-operation]").count();
  await page.keyboard.press("/");
  assert.ok(await page.getByLabel("Filter").evaluate((field) => field === document.activeElement));
  await page.keyboard.type("refresh token");
  const shown = page.locator("[data-operation]:visible");
  await page.waitForFunction(() => document.querySelector("[data-operation][hidden]"));
  assert.ok(await shown.count() > 0 && await shown.count() < all);
  assert.equal(await page.locator("#filter-hint").innerText(), `${await shown.count()} shown`);
  await page.getByRole("link", { name: "POST /v1/auth/refresh" }).first().click();
  assert.equal(new URL(page.url()).hash, "#post-v1-auth-refresh");
  await page.getByLabel("Filter").press("Escape");
  assert.equal(await shown.count(), all);

  const plain = await world.visitors.come({ javaScriptEnabled: false });
  await plain.goto(`${world.distribution}/`);
  await plain.getByRole("link", { name: "API" }).click();
  assert.equal(plain.url(), `${world.distribution}/docs`);
  assert.equal(await plain.getByLabel("Filter").isVisible(), false);
  await plain.locator("#get-api-builds").getByRole("link", { name: "401" }).click();
  assert.equal(new URL(plain.url()).hash, "#answer-401");
}

module.exports = [
  apiIsDescribed,
  callsAreDescribed,
  distributionIsDescribed,
  notifierBeginsWithItsDescription,
  operationsAreFoundByAWord,
];
