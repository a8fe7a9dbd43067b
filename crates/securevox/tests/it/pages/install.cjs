// From the page on a desk to the phone: the code is read by a camera, the rest needs no cookie.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const jsqr = require("jsqr");
const { request } = require("playwright-core");
const { PNG } = require("pngjs");

const { audit } = require("./audit.cjs");
const { ANDROID, IPHONE, MAC, PHONE, signedIn } = require("./visitors.cjs");

// What a camera reads that is held in front of the page.
async function scan(page) {
  const { data, width, height } = PNG.sync.read(await page.screenshot());
  const read = jsqr(new Uint8ClampedArray(data), width, height);
  assert.ok(read, "no camera can read the code on the page");
  return read.data;
}

// The link to pass on, which a developer of the app copies.
async function shared(world, address) {
  const desk = await signedIn(world, new URL(address).pathname);
  return desk.locator(".side button[data-copy]").getAttribute("data-copy");
}

// What a phone comes to that scans the code in front of somebody, and presses the button.
async function scanned(world, address, phone) {
  const code = await scan(await signedIn(world, new URL(address).pathname));
  assert.ok(code.startsWith(`${world.distribution}/p/`), code);
  assert.equal((await phone.goto(code)).status(), 200);
  await phone.getByRole("button", { name: "Show the build" }).click();
  await phone.waitForURL(address);
  return code;
}

async function pagesOfBuildsAreWellMade(world) {
  const page = await signedIn(world, "/");
  await audit(page, "apps", world);
  await page.goto(`${world.distribution}/android`);
  assert.equal(await page.getByRole("listitem").filter({ hasText: "Android" }).count(), 1);
  for (const name of ["newer", "android"]) {
    await page.goto(world[name]);
    await audit(page, `build-${name}`, world);
  }
  await page.goto(world.newer);
  await page.getByRole("heading", { name: "Older builds" }).waitFor();
}

async function anIphoneInstallsFromTheCode(world) {
  const phone = await world.visitors.come({ viewport: PHONE, userAgent: IPHONE, hasTouch: true, isMobile: true });
  await scanned(world, world.newer, phone);
  const button = phone.getByRole("link", { name: "Install" });
  const box = await button.boundingBox();
  assert.ok(box.height >= 44 && box.y + box.height < PHONE.height, "the button is not in sight");
  const [scheme, query] = (await button.getAttribute("href")).split("?");
  assert.equal(scheme, "itms-services://");
  const manifest = new URLSearchParams(query).get("url");
  await audit(phone, "install-iphone", world);

  // The installer of iOS has no cookies, and no patience with redirects.
  const installer = await request.newContext();
  const answer = await installer.get(manifest, { maxRedirects: 0 });
  assert.equal(answer.status(), 200);
  assert.equal(answer.headers()["content-type"], "text/xml; charset=utf-8");
  const [, address] = /<string>(http[^<]*\/api\/downloads\/[^<]*)<\/string>/.exec(await answer.text());
  const download = await installer.get(address, { maxRedirects: 0 });
  assert.equal(download.status(), 200);
  assert.equal(download.headers()["content-type"], "application/octet-stream");
  assert.deepEqual(await download.body(), fs.readFileSync(world.packages.newer));
  const forged = manifest.replace(/.\/manifest/, "/manifest");
  assert.equal((await installer.get(forged, { maxRedirects: 0 })).status(), 404);
  await installer.dispose();
}

async function anAndroidPhoneInstallsFromTheCode(world) {
  const phone = await world.visitors.come({ viewport: PHONE, userAgent: ANDROID, hasTouch: true, isMobile: true });
  await scanned(world, world.android, phone);
  await phone.getByText("How to install").click();
  await phone.getByText("Allow from this source").waitFor();
  await audit(phone, "install-android", world);
  const download = phone.waitForEvent("download");
  await phone.getByRole("link", { name: "Install" }).click();
  const file = await download;
  assert.ok(file.suggestedFilename().endsWith(".apk"), file.suggestedFilename());
  assert.deepEqual(fs.readFileSync(await file.path()), fs.readFileSync(world.packages.android));

  await phone.goto(await shared(world, world.newer));
  assert.match(await phone.locator(".banner").first().innerText(), /for iPhone and iPad/);
  await audit(phone, "wrong-phone", world);
}

async function aLinkOfAnotherBuildOpensNothing(world) {
  const { searchParams } = new URL(await shared(world, world.android));
  const page = await world.visitors.come();
  const answer = await page.goto(`${world.newer}?link=${searchParams.get("link")}`);
  assert.equal(answer.status(), 404);
}

// It says that it is a Mac, and it has the page with the button, not the one with the code.
async function anIpadIsKnownByItsTouch(world) {
  const link = await shared(world, world.newer);
  const pad = await world.visitors.come({ viewport: { width: 1024, height: 768 }, userAgent: MAC, hasTouch: true });
  // The one finger that Chromium plays is one too few.
  await pad.addInitScript(() => Object.defineProperty(Navigator.prototype, "maxTouchPoints", { get: () => 5 }));
  await pad.goto(link);
  await pad.getByText("The app appears on the home screen").waitFor();
  assert.equal(await pad.locator(".side").isVisible(), false);
  assert.match(await pad.getByRole("link", { name: "Install" }).getAttribute("class"), /primary/);
  await audit(pad, "install-ipad", world, { again: false });

  const mac = await world.visitors.come({ userAgent: MAC });
  await mac.goto(link);
  assert.equal(await mac.locator(".side").isVisible(), true);
  await mac.getByText("scan the code with its camera").waitFor();
}

async function browsersInAppsSendToSafari(world) {
  const link = await shared(world, world.newer);
  const page = await world.visitors.come({ viewport: PHONE, userAgent: `${IPHONE.split(" Version/")[0]} Mobile/15E148 Instagram 361.0`, hasTouch: true, isMobile: true });
  await page.goto(link);
  assert.match(await page.locator(".banner").first().innerText(), /Open in Safari/);
  assert.equal(await page.getByRole("link", { name: "Install" }).count(), 0);
  assert.equal(await page.locator("main button[data-copy]").first().getAttribute("data-copy"), link);
  await audit(page, "install-in-app", world);
}

module.exports = { scan, scanned };
module.exports.journeys = [
  pagesOfBuildsAreWellMade,
  anIphoneInstallsFromTheCode,
  anAndroidPhoneInstallsFromTheCode,
  aLinkOfAnotherBuildOpensNothing,
  anIpadIsKnownByItsTouch,
  browsersInAppsSendToSafari,
];
