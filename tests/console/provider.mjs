// A real OpenID provider on this machine, at which the ledger is registered.

import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const python = join(dirname(fileURLToPath(import.meta.url)), "../../.tools/python/bin/python");
const WITHIN = 60_000;

// A port that is free now.
export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

export class Provider {
  // `people` are the claims it makes of each; `redirect` is the only address it sends them back to.
  static async start(people, redirect) {
    const provider = new Provider();
    const port = await freePort();
    provider.issuer = `http://127.0.0.1:${port}`;
    const claims = people.flatMap((person) => ["--user-claims", JSON.stringify(person)]);
    const options = ["--port", port, "--require-registration", "true", "--require-nonce", "true"];
    provider.process = spawn(python, ["-W", "ignore", "-m", "oidc_provider_mock", ...options, ...claims], { stdio: "ignore" });
    provider.ended = new Promise((done) => provider.process.once("exit", done));
    try {
      await provider.answers();
      const answer = await fetch(`${provider.issuer}/oauth2/clients`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ redirect_uris: [redirect] }),
      });
      if (answer.status !== 201) throw new Error(`the provider registers nobody: ${await answer.text()}`);
      ({ client_id: provider.client, client_secret: provider.secret } = await answer.json());
    } catch (error) {
      await provider.stop();
      throw error;
    }
    return provider;
  }

  async answers() {
    const until = Date.now() + WITHIN;
    let ended = false;
    this.ended.then(() => (ended = true));
    while (Date.now() < until && !ended) {
      const answer = await fetch(`${this.issuer}/.well-known/openid-configuration`).catch(() => undefined);
      if (answer?.ok) return;
    }
    throw new Error("the provider does not answer");
  }

  stop() {
    this.process.kill("SIGKILL");
    return this.ended;
  }
}
