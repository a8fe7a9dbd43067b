// An API token is made on its page, which a program then uploads with, and revoked.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");

const { audit } = require("./audit.cjs");
const { PHONE, signedIn } = require("./visitors.cjs");

async function aTokenIsMadeUsedAndRevoked(world) {
  const page = await signedIn(world, "/admin");
  await page.getByRole("link", { name: "Make an API token" }).click();
  await page.waitForURL(`${world.api}/tokens`);
  await audit(page, "tokens-none", world);
  await page.getByLabel("Name").fill("CI of Ada’s <app>");
  await page.getByLabel("Ends").selectOption("in 30 days");
  await page.getByRole("button", { name: "Create token" }).click();
  await page.getByRole("heading", { name: "Your new token" }).waitFor();
  const token = await page.locator(".banner .code").innerText();
  assert.match(token, /^svx_/);
  await page.getByRole("button", { name: "Copy" }).waitFor();
  await audit(page, "tokens-made", world, { again: false });

  const ci = await world.visitors.come();
  const upload = () => ci.request.post(`${world.distribution}/api/builds/`, {
    headers: { authorization: `Token ${token}` },
    multipart: { app_file: { name: "MyApp.apk", mimeType: "application/octet-stream", buffer: fs.readFileSync(world.packages.android) } },
  });
  assert.equal((await upload()).ok(), true);

  // On a phone, without JavaScript.
  const plain = await world.visitors.come({ javaScriptEnabled: false, viewport: PHONE });
  await plain.goto(`${world.api}/tokens`);
  await plain.getByLabel("Handle").fill("ada");
  await plain.getByLabel("Password").fill(world.password);
  await plain.getByRole("button", { name: "Sign in" }).click();
  await plain.waitForURL(`${world.api}/tokens`);
  assert.match(await plain.getByRole("listitem").innerText(), /last used/);
  await page.goto(`${world.api}/tokens`);
  await audit(page, "tokens", world);
  await page.getByRole("link", { name: "Revoke CI of Ada’s <app>" }).click();
  await audit(page, "token-revoke", world);
  await plain.getByRole("link", { name: "Revoke CI of Ada’s <app>" }).click();
  await plain.getByRole("button", { name: "Revoke CI of Ada’s <app>" }).click();
  await plain.getByRole("status").waitFor();
  assert.equal((await upload()).status(), 401);
}

module.exports = [aTokenIsMadeUsedAndRevoked];
