// A real Chromium, one person a context, and what holds on every page they see.

import axe from "axe-core";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { PASSWORD } from "./ledger.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const ARGUMENTS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const PHONE = { width: 360, height: 740 };
const DESK = { width: 1200, height: 850 };

function executable() {
  if (process.env.TOOLGATE_CHROMIUM) return process.env.TOOLGATE_CHROMIUM;
  for (const name of NAMES) {
    try {
      return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
    } catch {
      // The next name.
    }
  }
  throw new Error("no Chromium; on Debian: apt-get install chromium (needs root), or name one in TOOLGATE_CHROMIUM");
}

export class Browser {
  static async start(pictures) {
    const browser = new Browser();
    mkdirSync(pictures, { recursive: true });
    browser.pictures = pictures;
    browser.real = await chromium.launch({
      executablePath: executable(),
      headless: true,
      chromiumSandbox: false,
      args: ARGUMENTS,
      // Nothing of whoever runs the tests is seen or kept.
      env: { ...process.env, HOME: mkdtempSync(join(tmpdir(), "toolgate-chromium-")) },
    });
    return browser;
  }

  stop() {
    return this.real.close();
  }

  // A person at a browser of their own. Whatever a page complains about is a failure of the test.
  async person(ledger, { name = "soc-1", phone = false, dark = false, script = true } = {}) {
    const context = await this.real.newContext({
      baseURL: ledger.console,
      viewport: phone ? PHONE : DESK,
      colorScheme: dark ? "dark" : "light",
      javaScriptEnabled: script,
      timezoneId: "UTC",
      locale: "en-GB",
    });
    context.setDefaultTimeout(15_000);
    const complaints = [];
    const watch = (page) => {
      page.on("console", (message) => {
        // A refusal is a page too; that the browser notes its status is no complaint.
        if (message.type() === "error" && !message.text().includes("the server responded with a status of")) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("dialog", (dialog) => {
        complaints.push(`dialog: ${dialog.message()}`);
        dialog.dismiss();
      });
      page.on("request", (request) => {
        if (!request.url().startsWith(ledger.console)) complaints.push(`asked elsewhere: ${request.url()}`);
      });
    };
    context.on("page", watch);
    const page = await context.newPage();
    if (name) await signIn(page, name);
    return { context, page, complaints };
  }

  picture(page, name, fullPage = true) {
    return page.screenshot({ path: join(this.pictures, `${name}.png`), fullPage });
  }
}

export async function signIn(page, name, password = PASSWORD) {
  await page.goto("/sign-in");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel(/Password/).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

// What axe finds, in words; and whether anything is wider than the window.
export async function faults(page) {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const words = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ").slice(0, 300)}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) words.push(`${wide} pixels wider than the window`);
  return words;
}
