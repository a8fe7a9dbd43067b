// People who sign in at a provider alone: no page of ours knows a password.
"use strict";

const assert = require("node:assert/strict");

const { audit } = require("./audit.cjs");
const { PHONE } = require("./visitors.cjs");

const WAYS = "/account/sso";

// On the login page that `page` is sent to.
async function signInThere(page, world, path) {
  await page.goto(`${world.distribution}/session?path=${encodeURIComponent(path)}`);
  assert.equal(new URL(page.url()).origin, world.api);
  assert.equal(await page.getByLabel("Password").count(), 0);
  await page.getByRole("link", { name: "Sign in with Example" }).click();
}

async function whoIsNotKnownIsToldWhatToDo(world) {
  const page = await world.visitors.come({ viewport: PHONE });
  await page.goto(`${world.distribution}/session`);
  await audit(page, "sign-in-sso", world);
  await signInThere(page, world, "/");
  await page.getByRole("heading", { name: "You have no account here yet" }).waitFor();
  assert.match(await page.locator("main").innerText(), /s-ada/);
  await audit(page, "sso-stranger", world, { again: false });
}

async function theFirstAdministratorIsLinked(world) {
  const page = await world.visitors.come({ viewport: PHONE });
  await page.goto(world.setUp);
  assert.equal(await page.getByLabel("Password").count(), 0);
  await audit(page, "set-up-sso", world);
  await page.getByLabel("Handle").fill("root");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL(`${world.api}${WAYS}`);
  await audit(page, "sso-ways-empty", world);
  // Through the provider and back, though no form may end on another host.
  await page.getByRole("button", { name: "Link with Example" }).click();
  await page.getByRole("button", { name: "Unlink ada" }).waitFor();
  assert.equal(page.url(), `${world.api}${WAYS}`);
  await audit(page, "sso-ways", world);
  await page.getByRole("button", { name: "Unlink ada" }).click();
  await page.getByRole("heading", { name: "You could not sign in any more" }).waitFor();
}

async function oneClickOpensTheHostThatAsked(world) {
  const page = await world.visitors.come();
  await signInThere(page, world, "/admin");
  await page.waitForURL(`${world.distribution}/admin`);
  assert.equal(await page.locator(".person .name").textContent(), "root");
}

async function theDoorOpensOnce(world) {
  const page = await world.visitors.come({ viewport: PHONE });
  await page.goto(world.letIn);
  await audit(page, "let-in", world);
  await page.getByRole("button", { name: "Sign in as grace" }).click();
  await page.waitForURL(`${world.api}${WAYS}`);
  const late = await world.visitors.come({ viewport: PHONE });
  assert.equal((await late.goto(world.letIn)).status(), 410);
  await audit(late, "let-in-over", world);
}

module.exports = [
  whoIsNotKnownIsToldWhatToDo, theFirstAdministratorIsLinked, oneClickOpensTheHostThatAsked,
  theDoorOpensOnce,
];
