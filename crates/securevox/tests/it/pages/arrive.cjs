// From the set-up link to the first sign-in.
"use strict";

const assert = require("node:assert/strict");

const { audit } = require("./audit.cjs");
const { PHONE, signIn } = require("./visitors.cjs");

async function theSetUpLinkWorksOnce(world) {
  const page = await world.visitors.come({ viewport: PHONE });
  assert.equal((await page.goto(world.setUp)).status(), 200);
  await audit(page, "set-up", world);

  await page.getByLabel("Handle").fill("a!");
  await page.getByLabel("Password").fill(world.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.locator("#handle[aria-invalid=true]").waitFor();
  await audit(page, "set-up-refused", world, { again: false });

  await page.getByLabel("Handle").fill("ada");
  await page.getByLabel("Password").fill(world.password);
  await page.getByRole("button", { name: "Create account" }).click();
  // Signed in on `api` and handed over to where the apps are.
  await page.waitForURL(`${world.distribution}/`);
  await page.getByRole("heading", { name: "No apps yet" }).waitFor();
  assert.equal(await page.locator(".person .name").textContent(), "ada");
  await audit(page, "no-apps", world);

  const late = await world.visitors.come({ viewport: PHONE });
  assert.equal((await late.goto(world.setUp)).status(), 410);
  assert.match(await late.locator("main").innerText(), /set-up link is over/);
  await audit(late, "set-up-over", world);
}

async function strangersAreShownWhereToSignIn(world) {
  const page = await world.visitors.come();
  await page.goto(`${world.distribution}/`);
  await audit(page, "welcome", world);
  assert.equal((await page.goto(`${world.distribution}/nothing`)).status(), 404);
  await audit(page, "not-found", world);
}

async function oneSignInOpensBothHosts(world) {
  const page = await world.visitors.come();
  await page.goto(`${world.distribution}/admin`);
  assert.equal(new URL(page.url()).origin, world.api);
  await audit(page, "sign-in", world);
  await signInWrongly(page);
  await audit(page, "sign-in-refused", world, { again: false });
  await signIn(page, world);
  assert.equal(page.url(), `${world.distribution}/admin`);
  assert.equal(await page.locator(".person .name").textContent(), "ada");
  // Whoever is signed in is not asked again.
  await page.goto(`${world.api}/login`);
  assert.equal(page.url(), `${world.distribution}/`);
}

async function signInWrongly(page) {
  await page.getByLabel("Handle").fill("ada");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  assert.equal(await page.getByLabel("Handle").inputValue(), "ada");
}

module.exports = [theSetUpLinkWorksOnce, strangersAreShownWhereToSignIn, oneSignInOpensBothHosts];
