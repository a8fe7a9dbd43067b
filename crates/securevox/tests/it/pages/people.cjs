// Groups, testers, the links by which they come in, and the settings of an app.
"use strict";

const assert = require("node:assert/strict");

const { audit } = require("./audit.cjs");
const { PHONE, managed, signedIn } = require("./visitors.cjs");

const PASSWORD = "open sesame, please";

async function aGroupGetsAnApp(world) {
  const page = await signedIn(world, "/admin/groups");
  await audit(page, "groups-empty", world);
  await page.getByLabel("Name").fill("Newsroom & friends");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("heading", { name: "Newsroom & friends" }).waitFor();
  await page.getByLabel("App", { exact: true }).selectOption({ index: 0 });
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByLabel("Mail addresses").fill("tester@example.org");
  await page.getByRole("button", { name: "Invite" }).click();
  await page.locator(".banner, [role=status]").first().waitFor();
  await audit(page, "group-invited", world, { again: false });
  await page.getByRole("button", { name: "Create" }).click();
  world.join = (await page.locator(".banner .code").innerText()).trim();
  world.group = page.url().replace(/\/links$/, "");
  await page.goto(world.group);
  await audit(page, "group", world);
  await page.goto(`${world.distribution}/admin/groups`);
  await audit(page, "groups", world);
}

async function everybodySeesWhatTheyTest(world) {
  const page = await signedIn(world, "/t/me");
  await audit(page, "what-you-test", world);
}

async function strangersAreToldHowTheyComeIn(world) {
  const page = await world.visitors.come({ viewport: PHONE });
  await page.goto(world.join);
  await audit(page, "join", world);
  await page.goto(`${world.distribution}/t`);
  await audit(page, "send-link", world);
  await page.goto(`${world.distribution}/t/${"0".repeat(43)}`);
  await audit(page, "open-link", world);
  await page.getByRole("button").first().click();
  await audit(page, "open-link-gone", world, { again: false });
}

async function aPasswordOpensThePagesOfAnApp(world) {
  const page = await signedIn(world, "/ios");
  await page.goto(`${world.distribution}${await managed(page, world.newer)}`);
  await audit(page, "app-settings", world);
  await page.getByLabel("Who may install").selectOption("password");
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Save" }).click();
  assert.equal(await page.getByLabel("Password").evaluate((field) => field.validity.tooShort), true);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").waitFor();

  const stranger = await world.visitors.come({ viewport: PHONE });
  await stranger.goto(world.newer);
  await audit(stranger, "locked", world);
  await stranger.getByLabel("Password").fill("not this one");
  await stranger.getByRole("button", { name: "Open" }).click();
  await stranger.getByRole("alert").waitFor();
  await audit(stranger, "locked-wrong", world, { again: false });
  await stranger.getByLabel("Password").fill(PASSWORD);
  await stranger.getByRole("button", { name: "Open" }).click();
  await stranger.getByRole("heading", { name: "Example" }).waitFor();

  await page.getByLabel("Who may install").selectOption("members");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").waitFor();
  await stranger.goto(world.newer);
  assert.equal(await stranger.getByRole("heading", { name: "Example" }).count(), 0);
}

module.exports = [
  aGroupGetsAnApp,
  everybodySeesWhatTheyTest,
  strangersAreToldHowTheyComeIn,
  aPasswordOpensThePagesOfAnApp,
];
