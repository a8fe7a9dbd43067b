// A manager sets up a webhook on its page, and a receiver verifies what comes with the library of
// Standard Webhooks.
"use strict";

const assert = require("node:assert/strict");
const http = require("node:http");
const { Webhook } = require("standardwebhooks");

const { audit } = require("./audit.cjs");
const { PHONE, signedIn } = require("./visitors.cjs");

// Answers as it is told, and keeps what came.
async function receiver() {
  const came = [];
  const told = { status: 200, answer: "<b>thanks</b>" };
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      came.push({ body: Buffer.concat(chunks).toString(), headers: request.headers });
      response.writeHead(told.status).end(told.answer);
    });
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { came, told, url: `http://127.0.0.1:${server.address().port}/hook`, stop: () => server.close() };
}

// The page of the app of the build that was uploaded first.
async function tab(world, options) {
  const page = await signedIn(world, "/", options);
  const settings = page.locator("a[href^='/admin/apps/']").first();
  await page.goto(`${world.distribution}${await settings.getAttribute("href")}`);
  await page.getByRole("link", { name: "Notifications" }).click();
  return page;
}

async function shows(page, words) {
  for (let tries = 0; tries < 40; tries += 1) {
    await page.goto(page.url());
    if ((await page.locator("main").innerText()).includes(words)) return;
    await page.waitForTimeout(250);
  }
  assert.fail(`the page never shows ${words}`);
}

async function aWebhookIsSetUpAndTried(world) {
  const page = await tab(world);
  await audit(page, "webhooks-none", world);
  const { came, told, url, stop } = await receiver();
  await page.getByLabel("Address", { exact: true }).fill(url);
  await page.getByLabel("A signature ends").check();
  await page.getByRole("button", { name: "Create" }).click();
  const secret = await page.locator(".banner .code").innerText();
  assert.match(secret, /^whsec_/);
  await audit(page, "webhook-new", world, { again: false });

  await page.getByRole("button", { name: "Send a test" }).click();
  await page.getByRole("status").waitFor();
  await shows(page, "Delivered");
  assert.equal(came.length, 1);
  const { type } = new Webhook(secret).verify(came[0].body, came[0].headers);
  assert.equal(type, "webhook.test");
  Object.assign(told, { status: 500, answer: "<script>alert(1)</script>" });
  await page.getByRole("button", { name: "Send again" }).click();
  await shows(page, "Failed");
  assert.equal(came[1].headers["webhook-id"], came[0].headers["webhook-id"]);
  await page.getByText("Answer", { exact: true }).click();
  await page.getByText("<script>alert(1)</script>").waitFor();
  await audit(page, "webhook", world);

  const plain = await tab(world, { javaScriptEnabled: false, viewport: PHONE });
  await plain.getByRole("link", { name: "127.0.0.1" }).click();
  await plain.getByLabel("Send to this webhook").uncheck();
  await plain.getByRole("button", { name: "Save" }).click();
  await plain.getByRole("status").waitFor();
  await page.goto(page.url().replace(/\/[^/]*$/, ""));
  assert.match(await page.locator("main").innerText(), /127\.0\.0\.1[^]*Off/);
  await audit(page, "webhooks", world);
  await page.getByLabel("Language of mails").selectOption("it");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").waitFor();
  stop();
}

async function mailsAreEndedWithoutAnAccount(world) {
  const page = await signedIn(world, "/admin/mail");
  await audit(page, "address", world);
  const stranger = await world.visitors.come({ viewport: PHONE });
  assert.equal((await stranger.goto(`${world.distribution}/unsubscribe/x`)).status(), 404);
  await audit(stranger, "unsubscribe-unknown", world);
}

module.exports = [aWebhookIsSetUpAndTried, mailsAreEndedWithoutAnAccount];
