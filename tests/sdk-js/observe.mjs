// What the official JavaScript SDKs make of responses: `node observe.mjs < cases.jsonl`, a line out for each line in.
//
// A case is a response, byte for byte (`tests/cases/conformance`); it is served on the loopback and read through each way
// the SDK has. Out come `id` and `seen`: for each way `calls` (name and arguments, as far as they were handed over, complete
// or not) and `error`, the class of what was raised.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";

// A stream helper may reject more than one promise; what it says is caught where it is asked.
process.on("unhandledRejection", () => {});

let current;

// What the SDK asks for before it asks for a batch's results.
const BATCH = JSON.stringify({
  id: "b", type: "message_batch", processing_status: "ended", created_at: "2026-01-01T00:00:00Z",
  expires_at: "2026-01-02T00:00:00Z", results_url: "/v1/messages/batches/b/results",
});

function answer(socket, path) {
  if (path === "/v1/messages/batches/b") {
    const head = `content-type: application/json\r\ncontent-length: ${BATCH.length}\r\nconnection: close`;
    socket.end(`HTTP/1.1 200 X\r\n${head}\r\n\r\n${BATCH}`);
    return;
  }
  const body = Buffer.from(current.body, "base64");
  const headers = { ...current.headers, "content-length": String(body.length), connection: "close" };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${current.status} X\r\n${lines.join("")}\r\n`, "latin1"), body]));
}

// Answers every request with the current case, once its body is there.
const server = createServer((socket) => {
  let request = Buffer.alloc(0);
  socket.on("error", () => {});
  socket.on("data", (data) => {
    request = Buffer.concat([request, data]);
    const end = request.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/content-length: *(\d+)/i.exec(request.toString("latin1", 0, end))?.[1] ?? 0);
    const chunked = /transfer-encoding: *chunked/i.test(request.toString("latin1", 0, end));
    if (chunked ? request.includes("\r\n0\r\n\r\n") : request.length >= end + 4 + length) answer(socket, request.toString("latin1", 0, end).split(" ")[1]);
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = `http://127.0.0.1:${server.address().port}`;

// Arguments as an agent would read them; the text where they cannot be read.
function args(text) {
  if (typeof text !== "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const blocks = (content, calls) => {
  for (const block of content) if (block.type === "tool_use") calls.push([block.name, block.input]);
};

// As an agent that puts the events together itself: by index, deltas in the order they come.
async function anthropicRaw(stream, calls) {
  const open = new Map();
  for await (const event of stream) {
    if (event.type === "message_start") blocks(event.message.content, calls);
    if (event.type === "content_block_start" && event.content_block.type === "tool_use") {
      const call = [event.content_block.name, event.content_block.input];
      calls.push(call);
      open.set(event.index, { call, text: "" });
    }
    if (event.type === "content_block_delta" && event.delta.type === "input_json_delta") {
      const found = open.get(event.index);
      if (found && (found.text += event.delta.partial_json)) found.call[1] = args(found.text);
    }
  }
}

function chatMessage(message, calls) {
  for (const call of message.tool_calls ?? []) {
    if (call.function) calls.push([call.function.name, args(call.function.arguments)]);
    if (call.custom) calls.push([call.custom.name, call.custom.input]);
  }
  if (message.function_call) calls.push([message.function_call.name, args(message.function_call.arguments)]);
}

const choices = (completion, calls) => {
  for (const choice of completion.choices) chatMessage(choice.message, calls);
};

async function chatRaw(stream, calls) {
  const found = new Map();
  const add = (key, name, text) => {
    let entry = found.get(key);
    if (!entry) {
      entry = { call: [name, undefined], text: "" };
      found.set(key, entry);
      calls.push(entry.call);
    } else if (name) entry.call[0] = (entry.call[0] ?? "") + name;
    if (typeof text === "string") entry.call[1] = args((entry.text += text));
    else if (text !== undefined && text !== null) entry.call[1] = text;
  };
  for await (const chunk of stream) {
    for (const choice of chunk.choices ?? []) {
      for (const delta of [choice.delta, choice.message]) {
        for (const [place, call] of (delta?.tool_calls ?? []).entries()) {
          const key = JSON.stringify([choice.index, call.index ?? ["new", calls.length, place]]);
          if (call.function) add(key, call.function.name, call.function.arguments);
          if (call.custom) add(`${key} custom`, call.custom.name, call.custom.input);
        }
        if (delta?.function_call) add(`${choice.index} old`, delta.function_call.name, delta.function_call.arguments);
      }
    }
  }
}

const BUILTIN = ["local_shell_call", "shell_call", "computer_call", "apply_patch_call"];

function items(output, calls) {
  for (const item of output ?? []) {
    if (item.type === "function_call" || item.type === "mcp_approval_request") calls.push([item.name, args(item.arguments)]);
    else if (item.type === "custom_tool_call") calls.push([item.name, item.input]);
    else if (BUILTIN.includes(item.type)) calls.push([item.type, null]);
  }
}

async function responsesRaw(stream, calls) {
  for await (const event of stream) {
    if (event.type === "response.output_item.done") items([event.item], calls);
    if (["response.completed", "response.incomplete", "response.failed"].includes(event.type)) items(event.response.output, calls);
  }
}

function parts(response, calls) {
  for (const candidate of response.candidates ?? []) {
    for (const part of candidate.content?.parts ?? []) {
      const call = part.functionCall;
      // What a piece of a call says alone is no call yet.
      if (call && (call.name || call.args)) calls.push([call.name, call.args]);
    }
  }
}

async function geminiRaw(stream, calls) {
  for await (const chunk of stream) parts(chunk, calls);
}

const steps = (found, calls) => {
  for (const step of found ?? []) if (step.type === "function_call") calls.push([step.name, step.arguments]);
};

async function interactionsRaw(stream, calls) {
  const open = new Map();
  for await (const event of stream) {
    if (["interaction.created", "interaction.completed"].includes(event.event_type)) steps(event.interaction.steps, calls);
    if (event.event_type === "step.start" && event.step.type === "function_call") {
      const call = [event.step.name, event.step.arguments];
      calls.push(call);
      open.set(event.index, { call, text: "" });
    }
    if (event.event_type === "step.delta" && event.delta.type === "arguments_delta") {
      const entry = open.get(event.index);
      if (entry && (entry.text += event.delta.arguments ?? "")) entry.call[1] = args(entry.text);
    }
  }
}

const functions = (found, calls) => {
  for (const call of found ?? []) if (call.function) calls.push([call.function.name, args(call.function.arguments)]);
};
const waits = (run, calls) => functions(run.required_action?.submit_tool_outputs?.tool_calls, calls);
const step = (made, calls) => functions(made.step_details?.tool_calls, calls);

// As an agent that runs what the run waits for, or what came in pieces before it.
async function assistantsRaw(stream, calls) {
  const found = new Map();
  for await (const event of stream) {
    const name = event.event ?? "";
    if (name === "thread.run.step.delta") {
      for (const call of event.data.delta.step_details?.tool_calls ?? []) {
        if (!call.function) continue;
        const key = `${event.data.id} ${call.index}`;
        if (!found.has(key)) {
          found.set(key, { call: [call.function.name, undefined], text: "" });
          calls.push(found.get(key).call);
        } else if (call.function.name) found.get(key).call[0] = (found.get(key).call[0] ?? "") + call.function.name;
        const entry = found.get(key);
        if ((entry.text += call.function.arguments ?? "")) entry.call[1] = args(entry.text);
      }
    } else if (name.startsWith("thread.run.step.")) step(event.data, calls);
    else if (name.startsWith("thread.run.")) waits(event.data, calls);
  }
}

async function assistantsHelper(stream, calls) {
  stream.on("toolCallDone", (call) => functions([call], calls));
  waits(await stream.finalRun(), calls);
  for (const made of await stream.finalRunSteps()) step(made, calls);
}

// As agents read a file of results: a document a line, a chat completion or a response in each.
function resultLines(text, calls) {
  for (const line of text.split("\n").filter((line) => line.trim())) {
    const body = JSON.parse(line).response?.body ?? {};
    for (const choice of body.choices ?? []) functions(choice.message.tool_calls, calls);
    for (const item of body.output ?? []) if (item.type === "function_call") calls.push([item.name, args(item.arguments)]);
  }
}

async function batchResults(found, calls) {
  for await (const line of found) if (line.result.type === "succeeded") blocks(line.result.message.content, calls);
}

const jobResults = (job, calls) => {
  for (const result of job.dest?.inlinedResponses ?? []) if (result.response) parts(result.response, calls);
};

// The SDK writes a file of results to one of ours.
async function downloadedLines(calls) {
  const folder = mkdtempSync(join(tmpdir(), "toolgate-"));
  try {
    const downloadPath = join(folder, "results.jsonl");
    await gemini.files.download({ file: "files/f", downloadPath });
    for (const line of readFileSync(downloadPath, "utf8").split("\n").filter((line) => line.trim())) {
      parts(JSON.parse(line).response ?? {}, calls);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// What the client runs, or is asked about.
const sessionEvent = (event, calls) => {
  const asks = event.type === "agent.mcp_tool_use" && event.evaluated_permission !== "allow" && event.evaluated_permission !== "deny";
  if (asks || event.type === "agent.custom_tool_use" || event.type === "agent.tool_use") calls.push([event.name, event.input]);
};

const agentItem = (item, calls) => {
  if (item.type === "function_call") calls.push([item.name, args(item.arguments)]);
  else if (item.type === "computer_use_approval_request") calls.push([item.request.type, null]);
};

const agentSession = (session, calls) => {
  for (const action of session.required_actions ?? []) {
    if (action.type === "mcp_approval_request") calls.push([action.request.name, action.request.arguments]);
    else agentItem(action, calls);
  }
};

// A client that acts on an item as it begins finds no object where the arguments come later.
const agentEvent = (event, calls) => {
  if (event.type === "agent.session.turn.item.added" || event.type === "agent.session.turn.item.done") {
    const later = event.item.type === "function_call" && (event.item.arguments ?? "") === "";
    if (!later) agentItem(event.item, calls);
  } else if (event.session) agentSession(event.session, calls);
};

const each = async (found, note, calls) => {
  for await (const one of found) note(one, calls);
};

const options = { apiKey: "unused", baseURL: address, maxRetries: 0, timeout: 5_000 };
const claude = new Anthropic(options);
const gpt = new OpenAI(options);
const gemini = new GoogleGenAI({ apiKey: "unused", httpOptions: { baseUrl: address, timeout: 5_000 } });
const said = [{ role: "user", content: "x" }];
const message = { model: "m", max_tokens: 9, messages: said };
const chat = { model: "m", messages: said };
const input = { model: "m", input: "x" };
const generate = { model: "m", contents: "x" };
const run = { assistant_id: "a", thread: {} };

const WAYS = {
  anthropic: {
    document: { create: async (calls) => blocks((await claude.messages.create(message)).content, calls) },
    stream: {
      raw: async (calls) => anthropicRaw(await claude.messages.create({ ...message, stream: true }), calls),
      helper: async (calls) => blocks((await claude.messages.stream(message).finalMessage()).content, calls),
    },
  },
  "openai-chat": {
    document: { create: async (calls) => choices(await gpt.chat.completions.create(chat), calls) },
    stream: {
      raw: async (calls) => chatRaw(await gpt.chat.completions.create({ ...chat, stream: true }), calls),
      helper: async (calls) => choices(await gpt.chat.completions.stream(chat).finalChatCompletion(), calls),
    },
  },
  "openai-responses": {
    document: { create: async (calls) => items((await gpt.responses.create(input)).output, calls) },
    stream: {
      raw: async (calls) => responsesRaw(await gpt.responses.create({ ...input, stream: true }), calls),
      helper: async (calls) => items((await gpt.responses.stream(input).finalResponse()).output, calls),
    },
  },
  gemini: {
    document: { create: async (calls) => parts(await gemini.models.generateContent(generate), calls) },
    stream: { raw: async (calls) => geminiRaw(await gemini.models.generateContentStream(generate), calls) },
  },
  "gemini-interactions": {
    document: { create: async (calls) => steps((await gemini.interactions.create(input, { maxRetries: 0 })).steps, calls) },
    stream: { raw: async (calls) => interactionsRaw(await gemini.interactions.create({ ...input, stream: true }, { maxRetries: 0 }), calls) },
  },
  "openai-assistants": {
    document: {
      create: async (calls) => waits(await gpt.beta.threads.createAndRun(run), calls),
      retrieve: async (calls) => waits(await gpt.beta.threads.runs.retrieve("r", { thread_id: "t" }), calls),
    },
    stream: {
      raw: async (calls) => assistantsRaw(await gpt.beta.threads.createAndRun({ ...run, stream: true }), calls),
      helper: async (calls) => assistantsHelper(gpt.beta.threads.createAndRunStream(run), calls),
    },
  },
  "openai-assistants-steps": {
    document: {
      list: async (calls) => {
        for (const made of (await gpt.beta.threads.runs.steps.list("r", { thread_id: "t" })).data) step(made, calls);
      },
    },
  },
  "anthropic-batches": {
    stream: { results: async (calls) => batchResults(await claude.messages.batches.results("b"), calls) },
  },
  "openai-batches": {
    stream: { text: async (calls) => resultLines(await (await gpt.files.content("f")).text(), calls) },
  },
  "anthropic-sessions": {
    document: {
      list: async (calls) => {
        for (const event of (await claude.beta.sessions.events.list("s")).data) sessionEvent(event, calls);
      },
    },
    stream: { raw: async (calls) => each(await claude.beta.sessions.events.stream("s"), sessionEvent, calls) },
  },
  "openai-agents": {
    document: {
      list: async (calls) => {
        for (const item of (await gpt.beta.agents.sessions.items.list("s")).data) agentItem(item, calls);
      },
    },
    stream: { raw: async (calls) => each(await gpt.beta.agents.sessions.events.stream("s"), agentEvent, calls) },
  },
  "openai-agents-session": {
    document: { retrieve: async (calls) => agentSession(await gpt.beta.agents.sessions.retrieve("s"), calls) },
  },
  "gemini-batches": {
    document: {
      get: async (calls) => jobResults(await gemini.batches.get({ name: "batches/b" }), calls),
      list: async (calls) => {
        for (const job of (await gemini.batches.list()).page) jobResults(job, calls);
      },
    },
    stream: { download: downloadedLines },
  },
};

// Older SDKs are tried in the same ways, as far as they have them: `node --preserve-symlinks-main one-back/observe.mjs`.
if (!gemini.interactions) delete WAYS["gemini-interactions"];
if (!claude.beta.sessions) delete WAYS["anthropic-sessions"];
if (!gpt.beta.agents) {
  delete WAYS["openai-agents"];
  delete WAYS["openai-agents-session"];
}

for await (const line of createInterface({ input: process.stdin })) {
  current = JSON.parse(line);
  const seen = {};
  for (const [name, way] of Object.entries(WAYS[current.api]?.[current.how] ?? {})) {
    const calls = [];
    let error = null;
    try {
      await way(calls);
    } catch (raised) {
      error = raised?.constructor?.name ?? String(raised);
    }
    seen[`javascript ${name}`] = { calls, error };
  }
  // Half surrogate pairs have no place in strict JSON.
  const strict = (_, value) => (typeof value === "string" ? value.toWellFormed() : value);
  process.stdout.write(`${JSON.stringify({ id: current.id, seen }, strict)}\n`);
}
process.exit(0);
