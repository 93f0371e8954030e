// A real ledger for one test, and a gateway that records and asks as the filter does.

import { spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const toolgate = join(root, "target/debug/toolgate");

export const AGENT = "spiffe://corp.example/ns/finance/sa/trade-recon";
export const PASSWORD = "correct horse battery";
const TOKENS = { gateway: "gateway-token-0123456789", author: "author-token-0123456789", "soc-1": "soc-1-token-0123456789" };

function run(args, input) {
  const done = spawnSync(toolgate, args, { input, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`toolgate ${args.join(" ")}: ${done.stderr}`);
  return done.stdout;
}

// One hash for all: it takes its time by design.
let hash;
const passwordHash = () => (hash ??= run(["ledger", "password"], `${PASSWORD}\n`));

// UUIDv7, as the emitters make them.
function uuid() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const sha256 = (text) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const now = () => new Date().toISOString().replace("Z", "000Z");

export class Ledger {
  // `more` stands in the configuration, before what all have; `port` is where people reach it.
  static async start({ more = "", files = {}, port = 0 } = {}) {
    const ledger = new Ledger();
    ledger.dir = mkdtempSync(join(tmpdir(), "toolgate-console-"));
    const file = (name, text) => writeFileSync(join(ledger.dir, name), text);
    for (const [name, token] of Object.entries(TOKENS)) file(`${name}.token`, token);
    for (const name of ["soc-1", "soc-2"]) file(`${name}.argon2`, passwordHash());
    for (const [name, text] of Object.entries(files)) file(name, text);
    const person = (name, roles) =>
      `[[users]]\nname = "${name}"\npassword_file = "${name}.argon2"\ngroups = ["soc"]\nroles = ${JSON.stringify(roles)}\n`;
    file(
      "ledger.toml",
      `[listen]\nemitter = "127.0.0.1:0"\nreviewer = "127.0.0.1:${port}"\n${more}\n` +
        '[grants]\nmost_uses = 20\nmost_seconds = 3600\n' +
        '[[emitters]]\nname = "gateway"\ntoken_file = "gateway.token"\n' +
        '[[users]]\nname = "author"\ntoken_file = "author.token"\nroles = ["author"]\n' +
        person("soc-1", ["reviewer", "auditor", "author", "developer"]) +
        'token_file = "soc-1.token"\n' +
        person("soc-2", ["reviewer"]),
    );
    const data = join(ledger.dir, "data");
    run(["ledger", "init", "--dir", data, "--origin", "log.corp.example"]);
    ledger.process = spawn(toolgate, ["ledger", "serve", "--dir", data, "--config", join(ledger.dir, "ledger.toml")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: ledger.process.stdout });
    const [line] = await Promise.race([
      new Promise((done) => lines.once("line", (line) => done([line]))),
      new Promise((_, failed) => ledger.process.once("exit", (code) => failed(new Error(`the ledger ended with ${code}`)))),
    ]);
    [ledger.emitter, ledger.console] = line.match(/emitter (\S+) reviewer (\S+)/).slice(1);
    ledger.emitters = new Map();
    return ledger;
  }

  async stop() {
    const ended = new Promise((done) => this.process.once("exit", done));
    this.process.kill("SIGTERM");
    const code = await ended;
    const verified = spawnSync(toolgate, ["ledger", "verify", "--dir", join(this.dir, "data"), "--db"], { encoding: "utf8" });
    rmSync(this.dir, { recursive: true });
    if (code !== 0) throw new Error(`the ledger ended with ${code}`);
    if (![0, 2].includes(verified.status)) throw new Error(`the log does not verify: ${verified.stdout}${verified.stderr}`);
  }

  async post(path, body, type = "application/json") {
    const answer = await fetch(this.emitter + path, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKENS.gateway}`, "content-type": type },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  // The next line of an emitter's chain.
  async record(type, body, agent = AGENT) {
    let chain = this.emitters.get(agent);
    if (!chain) {
      chain = { source: `/emitters/${uuid()}`, seq: 0, prev: `sha256:${"0".repeat(64)}` };
      this.emitters.set(agent, chain);
      await this.record("emitter.start", { filter: "0.1.0", config: sha256("") }, agent);
    }
    const id = uuid();
    const data = { seq: chain.seq, prev: chain.prev, ...body };
    const event = { specversion: "1.0", id, source: chain.source, type: `io.toolgate.${type}.v1`, time: now(), data };
    const line = JSON.stringify(event);
    await this.post("/v1/events", `${line}\n`, "application/x-ndjson");
    chain.seq += 1;
    chain.prev = sha256(line);
    return { id, source: chain.source };
  }

  async decide(verdict, { agent = AGENT, tool = "Bash", digest = sha256("call"), rules = ["deletes-need-a-person"], path = "/srv/reports/stale", breakGlass } = {}) {
    const effect = { action: "file.delete", resource: { kind: "path", path: { literal: path }, tree: true } };
    return this.record(
      "decision",
      {
        agent: { id: agent, via: "mtls" },
        model: { api: "anthropic" },
        request: { stream: false },
        tool: { name: tool, kind: "function", index: 0 },
        action: { digest, bytes: 41, redacted: 0, truncated: false },
        effects: { known: [effect], unknown: [] },
        analyser: "effects/0.1.0",
        policy: { bundle: "", name: "platform", version: 1, rules, mode: "enforce" },
        verdict,
        enforced: breakGlass ? "allow" : { allow: "allow", escalate: "hold", deny: "deny" }[verdict],
        ...(breakGlass && { break_glass: breakGlass }),
        reason: { code: "rule", text: "Deleting outside the workspace takes a person." },
      },
      agent,
    );
  }

  // Records a decision to ask and asks, as the gate does.
  async ask({ arguments: given = { command: "rm -r /srv/reports/stale" }, effects, answer = 900, tool = "Bash", agent = AGENT, approvals = 1, assurance, text } = {}) {
    const args = text ?? JSON.stringify(given);
    const digest = sha256(tool + args);
    const { id, source } = await this.decide("escalate", { agent, tool, digest });
    const question = {
      decision: id,
      source,
      agent,
      via: "mtls",
      tool,
      digest,
      bundle: sha256("bundle"),
      rules_digest: sha256("rules"),
      rules: ["deletes-need-a-person"],
      because: "Deleting outside the workspace takes a person.",
      reviewers: [{ name: "soc", members: ["group:soc"], approvals, answer_within: answer, use_within: 600, ...(assurance && { assurance }) }],
      effects: effects ?? ["deletes everything below `/srv/reports/stale`"],
      arguments: args,
    };
    const state = await this.post("/v1/escalations", question);
    return { ...state, decision: id, digest, agent };
  }

  async state(id) {
    const answer = await fetch(`${this.emitter}/v1/escalations/${id}`, { headers: { authorization: `Bearer ${TOKENS.gateway}` } });
    return answer.json();
  }

  consume({ id, decision, digest, agent }) {
    return this.post(`/v1/escalations/${id}/consume`, { decision, agent, digest, rules_digest: sha256("rules") });
  }

  // Approves without a browser.
  async vote({ id, digest }) {
    const answer = await fetch(`${this.console}/v1/escalations/${id}/votes`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKENS["soc-1"]}`, "content-type": "application/json" },
      body: JSON.stringify({ verdict: "allow", digest }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  // soc-1 asks, without a browser, that what the policy refuses goes through for a time.
  async breakGlass({ principal = AGENT, seconds = 1800, reason = "the release is stuck, and nobody can be reached" } = {}) {
    const answer = await fetch(`${this.console}/v1/break-glass`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKENS["soc-1"]}`, "content-type": "application/json" },
      body: JSON.stringify({ principal, seconds, reason, policy: "platform" }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()).id;
  }

  // What gateways are told that people ordered.
  async orders() {
    const answer = await fetch(`${this.emitter}/v1/orders`, { headers: { authorization: `Bearer ${TOKENS.gateway}` } });
    return answer.json();
  }

  // Hands out the policy of an example.
  async publish(folder) {
    const bundle = join(this.dir, "bundle.json");
    run(["compile", join(root, folder), "-o", bundle]);
    const answer = await fetch(`${this.console}/v1/bundles/default`, {
      method: "PUT",
      headers: { authorization: `Bearer ${TOKENS.author}` },
      body: readFileSync(bundle),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
}
