// Drives the official JavaScript SDKs the way an agent does, one conversation a line.
//
// In, a JSON document a line: `api` (anthropic, openai, responses), `how` (create, stream, runner, runner-stream), `prompt`,
// `base_url`, `ca`, `certificate`, `key`. Out, a line for each: `calls` (every call the SDK handed over, with its
// arguments), `ran` (the tools that were executed), `text`, `stop`, `error`.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import Anthropic from "@anthropic-ai/sdk";
import { betaTool } from "@anthropic-ai/sdk/helpers/beta/json-schema";
import OpenAI from "openai";
import { Agent, fetch } from "undici";

const TOOLS = [
  { name: "get_weather", description: "The weather of a city.", argument: "city" },
  { name: "delete_file", description: "Deletes a file.", argument: "path" },
  { name: "transfer_funds", description: "Moves money to an account.", argument: "to_account" },
];
const seen = {};

const schema = (tool) => ({ type: "object", properties: { [tool.argument]: { type: "string" } }, required: [tool.argument] });
const run = (tool) => () => {
  seen.ran.push(tool.name);
  return "pretended";
};

function noteAnthropic(message) {
  for (const block of message.content) {
    if (block.type === "text") seen.text += `${block.text}\n`;
    if (block.type === "tool_use") seen.calls.push([block.name, block.input]);
  }
  seen.stop = message.stop_reason;
}

async function runAnthropic(spec, options) {
  const client = new Anthropic({ baseURL: spec.base_url, ...options });
  const request = { model: "claude-e2e", max_tokens: 1024, messages: [{ role: "user", content: spec.prompt }] };
  const tools = TOOLS.map((tool) => ({ name: tool.name, description: tool.description, input_schema: schema(tool) }));
  if (spec.how === "create") return noteAnthropic(await client.messages.create({ ...request, tools }));
  if (spec.how === "stream") return noteAnthropic(await client.messages.stream({ ...request, tools }).finalMessage());

  const runnable = TOOLS.map((tool) =>
    betaTool({ name: tool.name, description: tool.description, inputSchema: schema(tool), run: run(tool) }),
  );
  const stream = spec.how === "runner-stream";
  for await (const turn of client.beta.messages.toolRunner({ ...request, tools: runnable, stream })) {
    noteAnthropic(stream ? await turn.finalMessage() : turn);
  }
}

function noteOpenAi(completion) {
  const { message, finish_reason } = completion.choices[0];
  seen.text += `${message.content ?? ""}\n`;
  seen.stop = finish_reason;
  for (const call of message.tool_calls ?? []) {
    seen.calls.push([call.function.name, JSON.parse(call.function.arguments)]);
  }
}

async function runOpenAi(spec, options) {
  const client = new OpenAI({ baseURL: spec.base_url, ...options });
  const request = { model: "gpt-e2e", messages: [{ role: "user", content: spec.prompt }] };
  const tools = TOOLS.map((tool) => ({
    type: "function",
    function: { name: tool.name, description: tool.description, parameters: schema(tool) },
  }));
  if (spec.how === "create") return noteOpenAi(await client.chat.completions.create({ ...request, tools }));
  if (spec.how === "stream") return noteOpenAi(await client.chat.completions.stream({ ...request, tools }).finalChatCompletion());

  const runnable = TOOLS.map((tool) => ({
    type: "function",
    function: { name: tool.name, description: tool.description, parameters: schema(tool), parse: JSON.parse, function: run(tool) },
  }));
  const runner = client.chat.completions.runTools({ ...request, tools: runnable, stream: spec.how === "runner-stream" });
  await runner.done();
  runner.allChatCompletions().forEach(noteOpenAi);
}

function noteResponse(response) {
  const calls = response.output.filter((item) => item.type === "function_call");
  for (const message of response.output.filter((item) => item.type === "message")) {
    for (const part of message.content) seen.text += `${part.type === "output_text" ? part.text : part.refusal}\n`;
  }
  for (const call of calls) seen.calls.push([call.name, JSON.parse(call.arguments)]);
  seen.stop = response.status;
  return calls;
}

// The runner sends the history with every request; the streaming one lets the provider keep it.
async function runResponses(spec, options) {
  const client = new OpenAI({ baseURL: spec.base_url, ...options });
  const tools = TOOLS.map((tool) => ({
    type: "function", name: tool.name, description: tool.description, parameters: schema(tool), strict: false,
  }));
  let request = { model: "gpt-e2e", tools, input: [{ role: "user", content: spec.prompt }] };
  const streaming = spec.how === "stream" || spec.how === "runner-stream";
  for (;;) {
    const response = streaming
      ? await client.responses.stream(request).finalResponse()
      : await client.responses.create({ ...request, store: false });
    const calls = noteResponse(response);
    if (calls.length === 0 || !spec.how.startsWith("runner")) return;
    const outputs = calls.map((call) => {
      const output = run(TOOLS.find((tool) => tool.name === call.name))();
      return { type: "function_call_output", call_id: call.call_id, output };
    });
    request = streaming
      ? { ...request, previous_response_id: response.id, input: outputs }
      : { ...request, input: [...request.input, ...response.output, ...outputs] };
  }
}

const RUN = { anthropic: runAnthropic, openai: runOpenAi, responses: runResponses };
const ERRORS = [Anthropic.AnthropicError, OpenAI.OpenAIError];

async function converse(spec) {
  Object.assign(seen, { calls: [], ran: [], text: "", stop: null, error: null });
  const dispatcher = new Agent({
    connect: { ca: readFileSync(spec.ca), cert: readFileSync(spec.certificate), key: readFileSync(spec.key) },
  });
  const options = { apiKey: "unused", maxRetries: 0, timeout: 60_000, fetch, fetchOptions: { dispatcher } };
  try {
    await RUN[spec.api](spec, options);
  } catch (error) {
    if (!ERRORS.some((kind) => error instanceof kind)) throw error;
    seen.error = `${error.constructor.name}: ${error.message}`;
  }
  await dispatcher.close();
}

for await (const line of createInterface({ input: process.stdin })) {
  await converse(JSON.parse(line));
  console.log(JSON.stringify(seen));
}
