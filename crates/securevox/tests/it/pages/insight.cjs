// What people say of a build, and how it is used: told on its page, read by those who make it.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const { audit } = require("./audit.cjs");
const { ANDROID, PHONE, managed, signedIn } = require("./visitors.cjs");

// A picture of the page itself, as a tester would take one.
async function picture(page) {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "securevox-")), "shot.png");
  await page.screenshot({ path: file });
  return file;
}

async function aTesterSendsFeedback(world) {
  const page = await signedIn(world, new URL(world.android).pathname, { viewport: PHONE, userAgent: ANDROID, javaScriptEnabled: false });
  const shot = await picture(page);
  const form = page.locator("#feedback");
  await form.getByText("Send feedback").first().click();
  // The stars are one choice for the keyboard, too.
  await form.getByRole("radio", { name: "4 of 5 stars" }).check({ force: true });
  await form.getByLabel("What you noticed").fill("Starts twice as fast.\nThe <b>list</b> jumps when I come back to it.");
  await form.getByLabel("Screenshot").setInputFiles(world.packages.nonsense);
  await form.getByRole("button", { name: "Send feedback" }).click();
  await form.getByRole("alert").waitFor();
  assert.match(await form.getByRole("alert").innerText(), /not an image/);
  assert.match(await form.getByLabel("What you noticed").inputValue(), /twice as fast/);
  assert.equal(await form.getByRole("radio", { name: "4 of 5 stars" }).isChecked(), true);
  await form.getByLabel("Screenshot").setInputFiles(shot);
  await form.getByRole("button", { name: "Send feedback" }).click();
  await page.getByRole("status").waitFor();
  assert.match(await page.getByRole("status").innerText(), /Thank you/);
}

// As cameras and phones make them: what is left of them is still a picture.
async function picturesOfAllKindsAreTaken(world) {
  const page = await signedIn(world, new URL(world.android).pathname, { viewport: PHONE });
  const camera = await page.context().newCDPSession(page);
  for (const kind of ["jpeg", "webp"]) {
    const { data } = await camera.send("Page.captureScreenshot", { format: kind, quality: 80 });
    await page.goto(world.android);
    await page.locator("#feedback summary").click();
    const file = { name: `shot.${kind}`, mimeType: `image/${kind}`, buffer: Buffer.from(data, "base64") };
    await page.getByLabel("Screenshot").setInputFiles(file);
    await page.locator("#feedback").getByRole("button", { name: "Send feedback" }).click();
    await page.getByRole("status").waitFor();
  }
}

async function theFormIsWellMade(world) {
  const page = await signedIn(world, new URL(world.android).pathname);
  await page.locator("#feedback summary").click();
  await page.getByRole("radio", { name: "3 of 5 stars" }).check({ force: true });
  await audit(page, "feedback-form", world, { again: false });
  await page.locator("#feedback").getByRole("button", { name: "Send feedback" }).click();
  await page.getByRole("status").waitFor();
  await audit(page, "feedback-thanks", world);
}

async function developersReadIt(world) {
  const page = await signedIn(world, "/");
  const tab = page.getByRole("link", { name: "Feedback" });
  await page.goto(`${world.distribution}/android`);
  const settings = await page.locator("a[href^='/admin/apps/']").first().getAttribute("href");
  await page.goto(`${world.distribution}${settings}`);
  await tab.click();
  await page.getByText("Starts twice as fast.").waitFor();
  const pictures = page.getByRole("img", { name: /Screenshot/ });
  assert.equal(await pictures.count(), 3);
  for (const picture of await pictures.all()) {
    await picture.scrollIntoViewIfNeeded();
    await picture.evaluate((image) => image.decode());
  }
  await page.getByRole("button", { name: "Make a key" }).click();
  await page.getByText("/api/feedback/").waitFor();
  await audit(page, "feedback", world);
  await page.locator("article").first().getByRole("button", { name: "Mark as resolved" }).click();
  await page.locator("article .badge", { hasText: "Resolved" }).waitFor();
  await page.getByLabel("State").selectOption("true");
  await page.getByLabel("Rating").selectOption("1");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("heading", { name: "No feedback is like that" }).waitFor();
  await audit(page, "feedback-nothing", world);
}

async function figuresAreShownAndTold(world) {
  const page = await signedIn(world, "/android");
  const settings = await page.locator("a[href^='/admin/apps/']").first().getAttribute("href");
  const build = new URL(world.android).pathname;
  for (const userAgent of [ANDROID, ANDROID.replace("Android 15", "Android 14"), "Mozilla/5.0 (X11; Linux x86_64)"]) {
    await page.goto(`${world.distribution}${build}`);
    // A link is counted once, and one that is made in the same second is the same.
    await page.waitForTimeout(1_100);
    await page.reload();
    const link = await page.locator("a.button.large").getAttribute("href");
    assert.equal((await page.request.get(link, { headers: { "user-agent": userAgent } })).status(), 200);
  }
  await page.goto(`${world.distribution}${settings}/analytics`);
  assert.equal(await page.getByRole("img", { name: /Downloads: \d+/ }).locator("rect").count(), 30);
  assert.match(await page.locator("main").innerText(), /Android 14/);
  await page.getByText("Show the figures").click();
  assert.equal(await page.getByRole("table", { name: "By day" }).locator("tbody tr").count(), 30);
  await page.getByText("Show the figures").click();
  await audit(page, "analytics", world);
  await page.getByRole("link", { name: "90 days" }).click();
  assert.equal(await page.locator(".chart").first().locator("rect").count(), 90);

  // Of a build that nobody downloaded.
  const nothing = "11111111-2222-4333-8444-555555555555";
  await page.goto(`${world.distribution}${settings}/analytics?build=${nothing}`);
  await page.getByRole("heading", { name: "Nothing was downloaded" }).waitFor();
  await audit(page, "analytics-nothing", world);
}

async function installsAreShownOnceAnAppTellsOfItself(world) {
  const page = await signedIn(world, "/ios");
  const settings = await managed(page, world.newer);
  for (const phone of ["11111111-2222-4333-8444-555555555555", "21111111-2222-4333-8444-555555555555"]) {
    const query = `version=1.1&build=7&installation=${phone}&os=iOS%2018.1&model=iPhone17,1`;
    const asked = await page.request.get(`${world.distribution}/api${settings.replace("/admin", "")}/updates?${query}`);
    assert.equal(asked.status(), 200);
  }
  await page.goto(`${world.distribution}${settings}/analytics?days=7`);
  assert.equal(await page.getByRole("img", { name: "Installs: 2" }).locator("rect").count(), 7);
  await audit(page, "analytics-installs", world, { again: false });
}

module.exports = [aTesterSendsFeedback, picturesOfAllKindsAreTaken, theFormIsWellMade, developersReadIt, figuresAreShownAndTold, installsAreShownOnceAnAppTellsOfItself];
