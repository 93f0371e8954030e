// The console in a real browser: people approve and deny, race, come late, and are shown hostile calls.
//
// `node console.mjs [NAME]` runs the cases whose name holds NAME; pictures of every page go to target/console.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Browser, faults, signIn } from "./browser.mjs";
import { AGENT, Ledger } from "./ledger.mjs";
import { Provider, freePort } from "./provider.mjs";

const pictures = join(dirname(fileURLToPath(import.meta.url)), "../../target/console");
const approve = (page) => page.getByRole("button", { name: "Approve" });
const deny = (page) => page.getByRole("button", { name: "Deny" });
const stands = (page, phase) => page.locator("h1 .state", { hasText: phase }).waitFor();

// A ledger whose console an OpenID provider signs people in at: jo, who is asked, and kim, who is not.
async function withProvider(go) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const people = [
    { sub: "jo", email: "jo@corp.example", groups: ["soc", "staff"] },
    { sub: "kim", email: "kim@corp.example", groups: ["staff"] },
  ];
  const provider = await Provider.start(people, `${url}/sign-in/callback`);
  let ledger;
  try {
    const more =
      `[console]\nurl = "${url}"\n[oidc]\nissuer = "${provider.issuer}"\nclient_id = "${provider.client}"\n` +
      'client_secret_file = "oidc.secret"\nname_claim = "email"\n[groups]\nsoc = ["reviewer"]\n';
    ledger = await Ledger.start({ more, files: { "oidc.secret": provider.secret }, port });
    await go(ledger);
  } finally {
    await ledger?.stop();
    await provider.stop();
  }
}

const HOSTILE =
  '</script><img src=x onerror="alert(1)"><b>bold</b>{{7*7}} \u202egpj.exe\u202c zero\u200bwidth \u001b[2J\u001b[31mred \u0007 \udb40\udc41';

const cases = {
  async "signing in takes the right password and gives a guarded cookie"({ ledger, browser }) {
    const { page, context } = await browser.person(ledger, { name: null });
    await page.goto("/");
    assert.equal(new URL(page.url()).pathname, "/sign-in", "nobody sees anything before that");
    await browser.picture(page, "sign-in");
    await signIn(page, "soc-1", "wrong password");
    await page.getByRole("alert").waitFor();
    assert.deepEqual(await faults(page), []);
    await signIn(page, "soc-1");
    await page.getByRole("heading", { name: "Queue" }).waitFor();
    const [cookie, ...more] = await context.cookies();
    assert.deepEqual(more, []);
    const { name, httpOnly, secure, sameSite, path } = cookie;
    assert.deepEqual({ name, httpOnly, secure, sameSite, path }, { name: "__Host-toolgate", httpOnly: true, secure: true, sameSite: "Lax", path: "/" });
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.goto("/policy");
    assert.equal(new URL(page.url()).pathname, "/sign-in");
    await context.addCookies([cookie]);
    await page.goto("/policy");
    assert.equal(new URL(page.url()).pathname, "/sign-in", "a session that was ended is over");
  },

  async "an OpenID provider signs people in, and brings them to what they opened"({ browser }) {
    await withProvider(async (ledger) => {
      const asked = await ledger.ask();
      const at = async (sub) => {
        const { page, context, complaints } = await browser.person(ledger, { name: null, phone: true });
        // The provider's page would be dressed by somebody else's style.
        await context.route((url) => url.hostname !== "127.0.0.1", (route) => route.abort());
        await page.goto(`/escalations/${asked.id}`);
        const button = page.getByRole("link", { name: "Sign in with 127.0.0.1" });
        await button.waitFor();
        assert.deepEqual(await faults(page), []);
        if (sub === "jo") await browser.picture(page, "sign-in-provider");
        assert.deepEqual(complaints, []);
        await button.click();
        await page.getByRole("button", { name: sub, exact: true }).click();
        return page;
      };
      const page = await at("jo");
      await approve(page).click();
      await stands(page, "approved");
      await page.getByText("jo@corp.example").first().waitFor();
      assert.equal(new URL(page.url()).pathname, `/escalations/${asked.id}`);
      assert.equal((await ledger.state(asked.id)).state, "approved");
      const kim = await at("kim");
      await kim.getByRole("alert").getByText("none of your groups").waitFor();
      await kim.goto("/");
      assert.equal(new URL(kim.url()).pathname, "/sign-in", "who may do nothing is not signed in");
    });
  },

  async "who is not known as surely as a rule asks is told what is missing, and gets it"({ browser }) {
    await withProvider(async (ledger) => {
      const asked = await ledger.ask({ assurance: "oidc" });
      const { page, context, complaints } = await browser.person(ledger, { phone: true });
      await context.route((url) => url.hostname !== "127.0.0.1", (route) => route.abort());
      await page.goto(`/escalations/${asked.id}`);
      await page.getByText("You cannot approve it as you are signed in.").waitFor();
      await page.getByText("known by an identity provider's signed word; you are known by a password or token").waitFor();
      assert.equal(await approve(page).count(), 0);
      assert.ok(await deny(page).isVisible(), "to deny, nothing is missing");
      assert.deepEqual(await faults(page), []);
      await browser.picture(page, "escalation-assurance");
      assert.deepEqual(complaints, []);
      await page.getByRole("button", { name: "Sign out, to sign in with 127.0.0.1" }).click();
      await page.getByRole("link", { name: "Sign in with 127.0.0.1" }).click();
      await page.getByRole("button", { name: "jo", exact: true }).click();
      assert.equal(new URL(page.url()).pathname, `/escalations/${asked.id}`);
      await approve(page).click();
      await stands(page, "approved");
      assert.equal((await ledger.state(asked.id)).state, "approved");
    });
  },

  async "the queue is live, and one approves what was shown"({ ledger, browser }) {
    const { page, complaints } = await browser.person(ledger);
    await page.getByText("Nothing waits.").waitFor();
    const asked = await ledger.ask();
    await page.getByText("deletes everything below").waitFor();
    await page.locator(`a[href="/escalations/${asked.id}"]`).click();
    await page.getByText("rm -r /srv/reports/stale").waitFor();
    await page.getByText("by its certificate").waitFor();
    await approve(page).click();
    await stands(page, "approved");
    assert.equal((await ledger.state(asked.id)).state, "approved");
    assert.equal((await ledger.consume(asked)).id, asked.id);
    await page.getByText("This has changed").waitFor();
    await page.getByRole("link", { name: "See how it stands now" }).click();
    await stands(page, "consumed");
    assert.deepEqual(complaints, []);
  },

  async "a no needs a reason, which the agent is told"({ ledger, browser }) {
    const asked = await ledger.ask();
    const { page } = await browser.person(ledger);
    await page.goto(`/escalations/${asked.id}`);
    await deny(page).click();
    assert.equal((await ledger.state(asked.id)).state, "pending", "the browser holds an empty reason back");
    await page.getByLabel("Why; the agent is told").fill("   ");
    await deny(page).click();
    await page.getByText("to deny needs a").waitFor();
    await page.getByRole("link", { name: "See how it stands now" }).click();
    await page.getByLabel("Why; the agent is told").fill("Not on a Sunday.");
    await deny(page).click();
    await stands(page, "denied");
    const { state, comment } = await ledger.state(asked.id);
    assert.deepEqual({ state, comment }, { state: "denied", comment: "Not on a Sunday." });
    // It holds for the same call until somebody lifts it.
    await browser.picture(page, "escalation-denied");
    assert.equal((await ledger.ask()).id, asked.id);
    await page.getByLabel("Why people may be asked again").fill("A mistake.");
    await page.getByRole("button", { name: "Lift the denial" }).click();
    await page.getByText("The no holds").waitFor({ state: "detached" });
    const again = await ledger.ask();
    assert.notEqual(again.id, asked.id);
    assert.equal(again.state, "pending");
  },

  async "of two who answer at once, one does"({ ledger, browser }) {
    const asked = await ledger.ask();
    const [one, two, late] = await Promise.all([
      browser.person(ledger),
      browser.person(ledger, { name: "soc-2" }),
      browser.person(ledger, { name: "soc-2", script: false }),
    ]);
    for (const { page } of [one, two, late]) await page.goto(`/escalations/${asked.id}`);
    await one.page.getByLabel("Why; the agent is told").fill("No.");
    await deny(one.page).click();
    await stands(one.page, "denied");
    await two.page.getByText("This has changed").waitFor();
    assert.ok(await approve(two.page).isDisabled(), "what is decided cannot be answered");
    await browser.picture(two.page, "escalation-changed");
    // Without a script nobody tells the page; the ledger does.
    await approve(late.page).click();
    await late.page.getByText("Not done").first().waitFor();
    await late.page.getByText("has changed since").first().waitFor();
    assert.equal((await ledger.state(asked.id)).state, "denied");
  },

  async "what expires while it is looked at cannot be approved"({ ledger, browser }) {
    const [one, late] = await Promise.all([browser.person(ledger), browser.person(ledger, { name: "soc-2", script: false })]);
    const asked = await ledger.ask({ answer: 5 });
    for (const { page } of [one, late]) await page.goto(`/escalations/${asked.id}`);
    await late.page.getByRole("button", { name: "Approve" }).waitFor();
    await one.page.locator("strong[data-until]", { hasText: "over" }).waitFor();
    assert.ok(await approve(one.page).isDisabled());
    await approve(late.page).click();
    await late.page.getByRole("alert").getByText(/expired|has changed since/).first().waitFor();
    assert.equal((await ledger.state(asked.id)).state, "expired");
  },

  async "what an agent writes is only ever text"({ ledger, browser }) {
    const asked = await ledger.ask({
      tool: `Edit${HOSTILE}`.slice(0, 60),
      arguments: { file_path: `/srv/${HOSTILE}`, old_string: "a\nb\nc\n", new_string: `a\n${HOSTILE}\nc\n` },
      effects: [`changes \`${HOSTILE}\``, "not understood: a variable that is set elsewhere"],
    });
    const { page, complaints } = await browser.person(ledger);
    await page.goto(`/escalations/${asked.id}`);
    await browser.picture(page, "escalation-hostile");
    const text = await page.locator("main").innerText();
    for (const shown of ["</script>", "{{7*7}}", "U+202E", "U+200B", "U+001B", "U+0007", "U+E0041"]) assert.ok(text.includes(shown), shown);
    for (const hides of ["\u202e", "\u200b", "\u001b", "\u0007"]) assert.ok(!(await page.content()).includes(hides), JSON.stringify(hides));
    assert.equal(await page.locator("main img, main b, main script").count(), 0);
    await page.locator(".diff .removed", { hasText: "b" }).waitFor();
    assert.deepEqual(await faults(page), []);
    await page.goto("/");
    await page.locator(".hidden").first().waitFor();
    assert.equal(await page.locator("main img, main b, main script").count(), 0);
    assert.deepEqual(complaints, []);
  },

  async "what is cut is opened before it is approved"({ ledger, browser }) {
    const long = `begin ${"x".repeat(1 << 20)} rm -rf / end`;
    const asked = await ledger.ask({ arguments: { command: long } });
    const { page } = await browser.person(ledger);
    await page.goto(`/escalations/${asked.id}`);
    assert.equal(await approve(page).count(), 0);
    assert.ok(!(await page.content()).includes("rm -rf / end"));
    // Who sends the form of another page has not seen it either.
    const forged = await page.evaluate(async ([id, digest]) => {
      const fields = new URLSearchParams(new FormData(document.querySelector("form[action$='/vote']")));
      fields.set("verdict", "allow");
      fields.set("scope", "once");
      fields.set("opened", digest);
      return (await fetch(`/escalations/${id}/vote`, { method: "POST", body: fields })).status;
    }, [asked.id, asked.digest]);
    assert.equal(forged, 400);
    await page.getByRole("link", { name: /Show all/ }).click();
    await approve(page).waitFor();
    assert.ok((await page.locator("dl.arguments").textContent()).includes("rm -rf / end"));
    await approve(page).click();
    await stands(page, "approved");
  },

  async "a grant lets the same call through again, until it is taken back"({ ledger, browser }) {
    const asked = await ledger.ask();
    const { page } = await browser.person(ledger);
    await page.goto(`/escalations/${asked.id}`);
    await page.getByLabel("and the same call again").check();
    await page.getByLabel("How many more").fill("2");
    await browser.picture(page, "escalation-grant");
    await approve(page).click();
    await stands(page, "approved");
    await ledger.consume(asked);
    const again = await ledger.ask();
    assert.equal(again.state, "approved");
    await page.goto("/");
    await page.getByText("1 more").waitFor();
    await page.getByLabel("Why it ends").fill("The work is done.");
    await page.getByRole("button", { name: "Take back" }).click();
    await page.getByText("Nothing waits.").waitFor();
    await ledger.consume(again);
    assert.equal((await ledger.ask()).state, "pending");
  },

  async "calls like the approved one are those the pattern and the effects cover"({ ledger, browser }) {
    const file = (name) => ({ tool: "delete_file", arguments: { path: `/srv/reports/${name}` }, effects: [`deletes \`/srv/reports/${name}\``] });
    const asked = await ledger.ask(file("a"));
    const { page } = await browser.person(ledger);
    await page.goto(`/escalations/${asked.id}`);
    await page.getByLabel("and calls like it").check();
    await page.getByText("In what they may differ").click();
    await page.getByLabel("/path", { exact: true }).fill("/etc/*");
    await approve(page).click();
    await page.getByText("does not meet").waitFor();
    await page.getByRole("link", { name: "See how it stands now" }).click();
    await page.getByLabel("and calls like it").check();
    await page.getByLabel("How many more").fill("5");
    await page.getByText("In what they may differ").click();
    await page.getByLabel("/path", { exact: true }).fill("/srv/reports/*");
    await page.getByLabel("Effects, a line each").fill("deletes `/srv/reports/*`");
    await approve(page).click();
    await stands(page, "approved");
    assert.equal((await ledger.ask(file("b"))).state, "approved");
    assert.equal((await ledger.ask({ ...file("c"), effects: ["deletes `/srv/reports/c`", "sends to `evil.example`"] })).state, "pending");
    assert.equal((await ledger.ask({ ...file("d"), agent: "spiffe://corp.example/other" })).state, "pending");
  },

  async "a page of another origin changes nothing"({ ledger, browser }) {
    const asked = await ledger.ask();
    const { page, context } = await browser.person(ledger);
    const form = `<form method="post" action="${ledger.console}/escalations/${asked.id}/vote"><input name="verdict" value="allow"></form><script>document.forms[0].submit()</script>`;
    const evil = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(form)).listen(0, "127.0.0.1");
    await new Promise((done) => evil.once("listening", done));
    const other = await context.newPage();
    const answered = other.waitForResponse((answer) => answer.url().endsWith("/vote"));
    await other.goto(`http://127.0.0.1:${evil.address().port}/`).catch(() => {});
    assert.equal((await answered).status(), 403);
    evil.close();
    // From the right origin, but without the token of this session's pages.
    const status = await page.evaluate(async (id) => {
      const body = new URLSearchParams({ verdict: "deny", comment: "x", token: "x", digest: "x", version: "1" });
      return (await fetch(`/escalations/${id}/vote`, { method: "POST", body })).status;
    }, asked.id);
    assert.equal(status, 403);
    assert.equal((await ledger.state(asked.id)).state, "pending");
    const framed = await page.evaluate(async () => (await fetch("/")).headers.get("content-security-policy"));
    assert.ok(framed.includes("frame-ancestors 'none'") && framed.includes("default-src 'none'"), framed);
  },

  async "the keyboard is enough"({ ledger, browser }) {
    await ledger.ask();
    const { page } = await browser.person(ledger);
    const until = async (found) => {
      for (let presses = 0; presses < 40; presses += 1) {
        await page.keyboard.press("Tab");
        if (await page.evaluate(found)) return;
      }
      assert.fail("the keyboard does not get there");
    };
    // The one call that waits is what who signs in is shown; the queue is a page away.
    await approve(page).waitFor();
    await page.goto("/");
    await page.getByText("deletes everything below").waitFor();
    await until(() => document.activeElement.classList.contains("cover"));
    await page.keyboard.press("Enter");
    await approve(page).waitFor();
    await until(() => document.activeElement.classList.contains("yes"));
    await page.keyboard.press("Enter");
    await stands(page, "approved");
  },

  async "every page fits a phone and a desk, in light and dark"({ ledger, browser }) {
    await ledger.publish("policies/examples/finance");
    const pending = await ledger.ask();
    const first = await ledger.decide("allow");
    for (const [verdict, agent] of [["deny", AGENT], ["deny", AGENT], ["allow", "spiffe://corp.example/ns/ci/sa/build"], ["escalate", AGENT]]) {
      await ledger.decide(verdict, { agent });
    }
    await ledger.record("outcome", { decision: first.id, outcome: "released", reason: { code: "allowed", text: "" }, hold_ms: 0 });
    const { page: searching } = await browser.person(ledger);
    await searching.goto("/record?verdict=allow");
    await searching.locator("a.cover").first().click();
    await searching.getByText("The proof holds").waitFor();
    const entry = new URL(searching.url()).pathname;
    const pages = { queue: "/", escalation: `/escalations/${pending.id}`, record: "/record", entry, policy: "/policy", agents: "/agents" };
    for (const phone of [true, false]) {
      for (const dark of [true, false]) {
        const { page, complaints, context } = await browser.person(ledger, { phone, dark });
        for (const [name, path] of Object.entries(pages)) {
          await page.goto(path);
          const case_ = `${name}-${phone ? "phone" : "desk"}-${dark ? "dark" : "light"}`;
          await browser.picture(page, case_);
          assert.deepEqual(await faults(page), [], case_);
          assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1, case_);
        }
        assert.deepEqual(complaints, []);
        await context.close();
      }
    }
  },

  async "break-glass takes two people and is red on every page until somebody ends it"({ ledger, browser }) {
    await ledger.publish("policies/examples/finance");
    const pending = await ledger.ask();
    const [one, two] = await Promise.all([browser.person(ledger), browser.person(ledger, { name: "soc-2", phone: true })]);
    const banner = (page) => page.getByRole("alert").filter({ hasText: "the policy does not hold" });
    for (const { page } of [one, two]) {
      await page.goto("/");
      await page.getByText("deletes everything below").waitFor();
    }
    const id = await ledger.breakGlass({ reason: `the release is stuck </script><img src=x onerror="alert(1)"><b>bold</b> \u202egpj.exe\u202c zero\u200bwidth` });
    await one.page.getByText("Somebody else has to confirm it.").waitFor();
    assert.equal(await one.page.getByRole("button", { name: "Confirm break-glass" }).count(), 0);
    await browser.picture(one.page, "break-glass-asked-own");
    await two.page.getByRole("button", { name: "Confirm break-glass" }).waitFor();
    await browser.picture(two.page, "break-glass-asked");
    for (const { page } of [one, two]) assert.deepEqual(await faults(page), []);
    // Who asked cannot confirm, whatever they send.
    const alone = await one.page.evaluate(async (id) => {
      const fields = new URLSearchParams({ token: document.querySelector("main input[name=token]").value });
      return (await fetch(`/break-glass/${id}/confirm`, { method: "POST", body: fields })).status;
    }, id);
    assert.equal(alone, 403);
    // Nor does anybody without the token of these pages.
    const forged = await two.page.evaluate(async (id) => (await fetch(`/break-glass/${id}/confirm`, { method: "POST", body: new URLSearchParams() })).status, id);
    assert.equal(forged, 403);
    assert.deepEqual((await ledger.orders()).break_glass, []);

    await two.page.getByRole("button", { name: "Confirm break-glass" }).click();
    await banner(two.page).waitFor();
    // Who looks at the queue meanwhile sees it without doing anything.
    await banner(one.page).waitFor();
    await banner(one.page).getByText("Asked for by soc-1, confirmed by soc-2").waitFor();
    const [note] = (await ledger.orders()).break_glass;
    assert.ok(note.includes(`principal ${AGENT}\n`), note);
    const recorded = { id, asked: "soc-1", confirmed: "soc-2", until: "2030-01-01T00:00:00.000000Z", reason: "the release is stuck" };
    await ledger.decide("deny", { breakGlass: recorded });
    await one.page.goto("/record");
    await one.page.locator("a.cover", { hasText: "break-glass asked for by soc-1" }).click();
    await one.page.getByText("The proof holds").waitFor();
    await one.page.getByText("confirmed by soc-2, until").waitFor();
    const pages = { queue: "/", escalation: `/escalations/${pending.id}`, record: "/record", entry: new URL(one.page.url()).pathname, policy: "/policy", agents: "/agents", trouble: "/record/999999" };
    for (const phone of [true, false]) {
      for (const dark of [true, false]) {
        const { page, complaints, context } = await browser.person(ledger, { phone, dark });
        for (const [name, path] of Object.entries(pages)) {
          await page.goto(path);
          const case_ = `break-glass-${name}-${phone ? "phone" : "desk"}-${dark ? "dark" : "light"}`;
          await banner(page).waitFor();
          assert.equal(await page.locator(".glass img, .glass b, .glass script").count(), 0, case_);
          await browser.picture(page, case_);
          assert.deepEqual(await faults(page), [], case_);
        }
        assert.deepEqual(complaints, []);
        await context.close();
      }
    }
    await one.page.goto("/policy");
    const end = one.page.getByRole("button", { name: "End now" });
    await end.click();
    assert.equal((await ledger.orders()).break_glass.length, 1, "the browser holds an empty reason back");
    await one.page.getByLabel("Why it ends").fill("It is out.");
    await end.click();
    await one.page.getByRole("heading", { name: "Queue" }).waitFor();
    assert.equal(await banner(one.page).count(), 0);
    await banner(two.page).waitFor({ state: "detached" });
    assert.deepEqual((await ledger.orders()).break_glass, []);
    assert.deepEqual([...one.complaints, ...two.complaints], []);
  },

  async "a loop is one thing to look at"({ ledger, browser }) {
    for (let number = 0; number < 12; number += 1) await ledger.ask({ arguments: { command: `rm -r /srv/reports/stale # ${number}` } });
    const other = await ledger.ask({ agent: "spiffe://corp.example/other" });
    const { page } = await browser.person(ledger);
    await page.getByText("9 more of the same agent, for the same rules").waitFor();
    assert.equal(await page.locator("a.cover:visible").count(), 4);
    assert.ok(await page.locator(`a[href="/escalations/${other.id}"]`).isVisible(), "what else waits is not buried");
    await browser.picture(page, "queue-loop");
    assert.deepEqual(await faults(page), []);
  },

  async "what people always approve is suggested as a rule"({ ledger, browser }) {
    for (let number = 0; number < 51; number += 1) {
      const asked = await ledger.ask({ arguments: { command: `rm -r /srv/reports/stale # ${number}` } });
      const answer = await fetch(`${ledger.console}/escalations/${asked.id}`, { redirect: "manual" });
      assert.equal(answer.status, 303, "nobody looks without signing in");
      await ledger.vote(asked);
    }
    const { page } = await browser.person(ledger);
    await page.goto("/policy");
    await page.getByRole("heading", { name: "Make this a rule" }).waitFor();
    await page.getByText('path: ["/srv/reports/stale/**"]').waitFor();
    await browser.picture(page, "policy-suggestion");
    assert.deepEqual(await faults(page), []);
  },

  async "who reviews nothing sees no calls that wait"({ ledger, browser }) {
    const asked = await ledger.ask();
    const { page } = await browser.person(ledger, { name: "soc-2" });
    await page.goto("/record");
    await page.getByText("you do not have the role").waitFor();
    const { page: nobody } = await browser.person(ledger, { name: null });
    for (const path of ["/", `/escalations/${asked.id}`, "/record", "/record/1", "/policy", "/agents"]) {
      await nobody.goto(path);
      assert.equal(new URL(nobody.url()).pathname, "/sign-in", path);
    }
    for (const path of ["/stream", "/queue"]) {
      const answer = await fetch(ledger.console + path, { redirect: "manual", headers: { "x-forwarded-user": "soc-1", x_forwarded_user: "soc-1", "remote-user": "soc-1" } });
      assert.equal(answer.status, 303, `${path}: a bare name is nobody`);
    }
  },
};

const wanted = process.argv[2] ?? "";
const chosen = Object.entries(cases).filter(([name]) => name.includes(wanted));
const browser = await Browser.start(pictures);
let failed = 0;
for (const [name, run] of chosen) {
  const ledger = await Ledger.start();
  const begin = Date.now();
  try {
    await run({ ledger, browser });
    console.log(`console: ${name} (${Date.now() - begin} ms)`);
  } catch (error) {
    failed += 1;
    console.error(`console: FAILED: ${name}\n${error.stack}`);
  } finally {
    for (const context of browser.real.contexts()) await context.close();
    await ledger.stop().catch((error) => {
      failed += 1;
      console.error(`console: FAILED afterwards: ${name}\n${error.stack}`);
    });
  }
}
await browser.stop();
if (failed > 0 || chosen.length === 0) {
  console.error(`console: ${failed} of ${chosen.length} failed`);
  process.exit(1);
}
console.log(`test result: ok. ${chosen.length} passed; 0 failed`);
