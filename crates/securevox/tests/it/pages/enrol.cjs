// A phone is asked who it is, answers as iOS does, and is told what it can install.
"use strict";

const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { request } = require("playwright-core");

const { audit } = require("./audit.cjs");
const { IPHONE, PHONE, signedIn } = require("./visitors.cjs");

const FIXTURES = path.join(__dirname, "../../../../app-distribution/tests/fixtures/ios");
const SAFARI = { viewport: PHONE, userAgent: IPHONE, hasTouch: true, isMobile: true };
const LISTED = "00008030-001A2B3C4D5E6F70";
const UNLISTED = "00008140-000000000000001E";

// The answer of a phone, by the real openssl.
function signed(udid, challenge) {
  const said = { UDID: udid, PRODUCT: "iPhone17,3", VERSION: "22B83", CHALLENGE: challenge };
  const pairs = Object.entries(said).map(([key, value]) => `<key>${key}</key><string>${value}</string>`);
  const keys = ["-signer", path.join(FIXTURES, "rsa.pem"), "-inkey", path.join(FIXTURES, "rsa.key")];
  return execFileSync("openssl", ["cms", "-sign", "-nodetach", "-stream", "-binary", "-outform", "DER", ...keys], {
    input: `<?xml version="1.0"?><plist version="1.0"><dict>${pairs.join("")}</dict></plist>`,
    stdio: ["pipe", "pipe", "ignore"],
  });
}

// The button fetches the question; iOS answers it without cookies and opens what it is sent to.
async function enrol(page, udid) {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Check this device" }).click();
  const file = await download;
  assert.equal(file.suggestedFilename(), "device.mobileconfig");
  const question = fs.readFileSync(await file.path(), "utf8");
  const [, url] = /<key>URL<\/key>\s*<string>(.*?)<\/string>/.exec(question);
  const [, challenge] = /<key>Challenge<\/key>\s*<string>(.*?)<\/string>/.exec(question);
  const phone = await request.newContext();
  const data = signed(udid, challenge);
  const headers = { "content-type": "application/pkcs7-signature" };
  const answer = await phone.post(url, { data, headers, maxRedirects: 0 });
  assert.equal(answer.status(), 301);
  assert.equal((await phone.post(url, { data, headers, maxRedirects: 0 })).status(), 410);
  await phone.dispose();
  await page.goto(answer.headers().location);
}

async function aPhoneLearnsWhatItInstalls(world) {
  const desk = await signedIn(world, "/admin");
  await desk.getByLabel("Package").setInputFiles(world.packages.listed);
  await desk.getByRole("button", { name: "Upload" }).click();
  await desk.waitForURL("**/builds/*");
  world.listed = desk.url();
  const app = await desk.request.get(`${world.distribution}/`);
  const [, id] = /\/admin\/apps\/([0-9a-f-]+)">[^<]*<span class="visually-hidden"> Harbour/.exec(await app.text());
  const tab = `${world.distribution}/admin/apps/${id}/devices`;
  await desk.goto(tab);
  await desk.getByText("No devices yet").waitFor();
  await audit(desk, "devices-none", world);

  const phone = await signedIn(world, new URL(world.listed).pathname, SAFARI);
  await audit(phone, "build-asks-device", world);
  await enrol(phone, UNLISTED);
  await phone.getByText("No build is made for this device yet").waitFor();
  await audit(phone, "device-unlisted", world);
  await phone.getByLabel("Name").fill("Anna’s iPhone");
  await phone.getByRole("button", { name: "Save" }).click();
  await phone.getByRole("heading", { name: "Anna’s iPhone" }).waitFor();
  await phone.goto(world.listed);
  await phone.getByText("This device is not listed yet").waitFor();
  await audit(phone, "build-device-unlisted", world);

  const other = await signedIn(world, `${new URL(world.listed).pathname}/device`, SAFARI);
  await audit(other, "device-ask", world);
  await enrol(other, LISTED);
  const install = other.getByRole("link", { name: "Install", exact: true });
  assert.match(await install.getAttribute("href"), /^itms-services:/);
  const box = await install.boundingBox();
  assert.ok(box.height >= 44 && box.y + box.height < PHONE.height, "the button is not in sight");
  await audit(other, "device-listed", world);
  await other.goto(world.listed);
  await other.getByText("This device is listed").waitFor();
  await audit(other, "build-device-listed", world);

  await desk.goto(tab);
  await audit(desk, "devices", world);
  const file = desk.waitForEvent("download");
  await desk.getByRole("link", { name: "Export new devices" }).click();
  const list = fs.readFileSync(await (await file).path(), "utf8");
  assert.equal(list, `Device ID\tDevice Name\tDevice Platform\n${UNLISTED}\tAnna’s iPhone\tios\n`);
}

module.exports = [aPhoneLearnsWhatItInstalls];
