// Forms that are not ours, and the switches at the foot of each page.
"use strict";

const assert = require("node:assert/strict");

const { audit } = require("./audit.cjs");
const { signedIn } = require("./visitors.cjs");

const proofOf = (page) => page.locator("input[name=csrf]").first().inputValue();

// Sends the form that signs out, with a proof of somebody's choice; the status that it meets.
async function signOutWith(page, proof) {
  await page.evaluate((value) => { document.querySelector("input[name=csrf]").value = value; }, proof);
  const answer = page.waitForResponse((response) => response.request().method() === "POST");
  await page.getByRole("button", { name: "Sign out" }).click();
  return (await answer).status();
}

async function onlyOurOwnFormsAreTaken(world) {
  const page = await signedIn(world, "/");
  const own = await proofOf(page);
  const other = await proofOf(await signedIn(world, "/"));
  assert.notEqual(own, other);
  for (const proof of ["", "x", other]) {
    assert.equal(await signOutWith(page, proof), 403, proof);
    assert.match(await page.locator("main").innerText(), /out of date/);
    if (proof === "x") await audit(page, "stale-form", world, { again: false });
    await page.goto(`${world.distribution}/`);
  }
  assert.equal(await page.locator(".person .name").textContent(), "ada");

  // A second tab that was left open does nothing once the session is over.
  const left = await page.context().newPage();
  await left.goto(`${world.distribution}/`);
  assert.equal(await signOutWith(page, own), 303);
  await page.getByRole("heading", { name: "Apps for testing" }).waitFor();
  assert.equal(await signOutWith(left, own), 403);
  const again = await signedIn(world, "/");
  assert.equal(await signOutWith(again, own), 403);
}

async function languageAndThemeAreRemembered(world) {
  const page = await world.visitors.come({ locale: "it-IT", colorScheme: "light" });
  const html = page.locator("html");
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.goto(`${world.distribution}/`);
  assert.equal(await html.getAttribute("lang"), "it");
  const light = await background();
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("heading", { name: "Apps for testing" }).waitFor();
  await page.getByRole("button", { name: "Dark" }).click();
  await page.locator("button[value=dark][aria-pressed=true]").waitFor();
  assert.notEqual(await background(), light);
  await page.goto(`${world.distribution}/nothing`);
  assert.equal(await html.getAttribute("lang"), "en");
  assert.notEqual(await background(), light);
  await page.getByRole("button", { name: "Light" }).click();
  await page.emulateMedia({ colorScheme: "dark" });
  await page.locator("button[value=light][aria-pressed=true]").waitFor();
  assert.equal(await background(), light);
  await page.getByRole("button", { name: "Like the system" }).click();
  await page.locator("button[value=auto][aria-pressed=true]").waitFor();
  assert.notEqual(await background(), light);
}

module.exports = [onlyOurOwnFormsAreTaken, languageAndThemeAreRemembered];
