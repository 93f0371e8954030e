// From a link on a phone to an agent that goes on: the whole stack of `make up`, filmed.
//
// A real Envoy with the filter, the ledger, a scripted model, the official Python SDK, which streams and is held.
// A new user opens the one link that `make up` prints and taps twice. Each step is asserted, and is a picture in
// this folder: `node film.mjs` makes them in target/console/film, with `--keep` here.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Browser, faults } from "../browser.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../..");
const pictures = process.argv[2] === "--keep" ? here : join(root, "target/console/film");
const PROMPT = "Transfer 250 EUR to the treasury.";
const WITHIN = 60_000;

// A program, what it has said so far, and waiting for it to say something.
class Program {
  constructor(command, args, options = {}) {
    this.lines = [];
    this.watchers = new Set();
    this.process = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"], ...options });
    this.ended = new Promise((done) => this.process.once("exit", (code, signal) => done(code ?? signal)));
    createInterface({ input: this.process.stdout }).on("line", (line) => {
      this.lines.push(line);
      for (const watch of this.watchers) watch();
    });
  }

  async says(pattern) {
    const found = () => this.lines.map((line) => line.match(pattern)).find(Boolean);
    let watch, timer;
    const said = new Promise((done) => {
      watch = () => found() && done(found());
      this.watchers.add(watch);
      watch();
    });
    const over = new Promise((_, failed) => (timer = setTimeout(() => failed(new Error(`nobody said ${pattern}:\n${this.lines.join("\n")}`)), WITHIN)));
    const ended = this.ended.then(() => found() ?? Promise.reject(new Error(`it ended before it said ${pattern}:\n${this.lines.join("\n")}`)));
    try {
      return await Promise.race([said, over, ended]);
    } finally {
      clearTimeout(timer);
      this.watchers.delete(watch);
    }
  }

  async end() {
    this.process.kill("SIGTERM");
    return this.ended;
  }
}

// What a terminal shows, as a picture of it.
async function terminal(browser, title, lines, name) {
  const page = await browser.real.newPage({ viewport: { width: 720, height: 260 } });
  await page.setContent("<body style='margin:0;background:#16181b;color:#e8e8e6;font:15px/1.6 \"DejaVu Sans Mono\",monospace'><p style='margin:0;padding:.5rem 1rem;background:#2a2e33;color:#a2a7ae'></p><pre style='margin:0;padding:1rem;font:inherit;white-space:pre-wrap'></pre>");
  await page.evaluate(([title, text]) => {
    document.querySelector("p").textContent = title;
    document.querySelector("pre").textContent = text;
  }, [title, lines.join("\n")]);
  await browser.picture(page, name, false);
  await page.close();
}

// The one question that waits, as soon as there is one.
async function waiting(ledger, token) {
  const until = Date.now() + WITHIN;
  while (Date.now() < until) {
    const answer = await fetch(`${ledger}/v1/escalations?state=pending`, { headers: { authorization: `Bearer ${token}` } });
    const [only, ...more] = (await answer.json()).escalations;
    assert.deepEqual(more, []);
    if (only) return only;
  }
  throw new Error("no question came to the ledger");
}

async function film(stack, browser) {
  const [, link] = await stack.says(/^ +(http\S+\/sign-in\?code=\S+)$/);
  const [, authority, certificate, key] = await stack.says(/--cacert (\S+) --cert (\S+) --key (\S+)/);
  const [, token] = await stack.says(/TOOLGATE_TOKEN=(\S+)$/);
  const [, gateway] = await stack.says(/^gateway .*(https:\/\/localhost:\d+)$/);
  const python = join(root, ".tools/python/bin/python");
  const environment = { ...process.env, NO_PROXY: "localhost", no_proxy: "localhost" };
  const agent = new Program(python, [join(here, "agent.py"), gateway, authority, certificate, key, PROMPT], { env: environment });
  try {
    await agent.says(/^I will see to it\.$/);
    const { page, complaints } = await browser.person({ console: new URL(link).origin }, { name: null, phone: true });

    // The taps are counted where they happen.
    let taps = 0;
    await page.exposeFunction("tapped", () => (taps += 1));
    await page.addInitScript(() => addEventListener("click", (event) => event.isTrusted && window.tapped(), true));
    const shows = async (name, fullPage = false) => {
      assert.deepEqual(await faults(page), [], name);
      await browser.picture(page, name, fullPage);
    };

    // The ledger has the question before the link is opened.
    const asked = await waiting(new URL(link).origin, token);
    assert.equal(asked.tool, "transfer_funds");
    assert.ok(!agent.lines.some((line) => line.startsWith("tool call")), "nothing of the call has passed");
    await terminal(browser, "The agent: its call is held", agent.lines, "1-agent-held");

    await page.goto(link);
    await page.getByRole("button", { name: /^Sign in as/ }).waitFor();
    await shows("2-link-opened");
    await page.getByRole("button", { name: /^Sign in as/ }).click();

    await page.locator("h1 .state", { hasText: "pending" }).waitFor();
    assert.match(new URL(page.url()).pathname, /^\/escalations\//, "one call waits, and that is what is shown");
    await page.getByText("treasury-eu-1").first().waitFor();
    await shows("3-the-call");
    const approve = page.getByRole("button", { name: "Approve" });
    await approve.scrollIntoViewIfNeeded();
    await shows("4-the-answer");
    assert.ok(!agent.lines.some((line) => line.startsWith("tool call")), "looking releases nothing");
    await approve.click();

    await agent.says(/^done: tool_use$/);
    assert.equal(await agent.ended, 0);
    await page.locator("h1 .state", { hasText: /approved|consumed/ }).waitFor();
    await page.goto(page.url());
    await page.locator("h1 .state", { hasText: "consumed" }).waitFor();
    await shows("5-approved");
    assert.equal(taps, 2, "two taps from the link to the approval");
    assert.deepEqual(complaints, []);

    assert.ok(agent.lines.includes("tool call: transfer_funds(amount=250, currency='EUR', to_account='treasury-eu-1')"), agent.lines.join("\n"));
    await terminal(browser, "The agent: it goes on", agent.lines, "6-agent-goes-on");

    // The link is spent.
    const late = await browser.person({ console: new URL(link).origin }, { name: null, phone: true });
    await late.page.goto(link);
    await late.page.getByText("This link works once").waitFor();
    assert.deepEqual(await late.context.cookies(), []);
  } finally {
    agent.process.kill("SIGKILL");
    await agent.ended;
  }
}

mkdirSync(pictures, { recursive: true });
const begin = Date.now();
const stack = new Program(join(root, "target/debug/demo"), ["--stay"], { cwd: root, env: { ...process.env, TOOLGATE_E2E_BUILT: "1" } });
const browser = await Browser.start(pictures);
let failed;
try {
  await film(stack, browser);
} catch (error) {
  failed = error;
}
await browser.stop();
const code = await stack.end();
if (failed || code !== 0) {
  console.error(`film: FAILED, the stack ended with ${code}\n${failed?.stack ?? ""}`);
  process.exit(1);
}
console.log(`film: from a link to an agent that goes on, in two taps (${Date.now() - begin} ms)`);
console.log("test result: ok. 1 passed; 0 failed");
