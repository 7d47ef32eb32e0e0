// The official JavaScript client 1.4.0, one case a run; prints what came of it as JSON.
"use strict";

const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { webcrypto } = require("node:crypto");
const { join } = require("node:path");

const { BASE, KEY, MODULES, PICTURES, WEBHOOK } = process.env;
const Replicate = createRequire(join(MODULES, "node_modules/"))("replicate");
const { validateWebhook } = Replicate;

const MODEL = "stability-ai/stable-diffusion-inpainting";
const VERSION = "95b7223104132402a9ae91cc677285bc5eb997834bd2349fa486f53910fd68b3";
const client = new Replicate({ baseUrl: BASE, auth: KEY });

const inputs = (more = {}, image = "image.png", mask = "mask.png") => ({
  image: readFileSync(join(PICTURES, image)),
  mask: readFileSync(join(PICTURES, mask)),
  ...more,
});
const head = (bytes) => Buffer.from(bytes).subarray(0, 4).toString("hex");

async function apiError(call) {
  try {
    await call();
  } catch (error) {
    const text = /status (\d+) .*?: (\{.*\})\.$/s.exec(error.message);
    return { status: Number(text[1]), ...JSON.parse(text[2]) };
  }
  return "no error";
}

const cases = {
  run_version: () =>
    client.run(`${MODEL}:${VERSION}`, {
      input: inputs({ width: 64, height: 128, num_outputs: 2, num_inference_steps: 5 }),
    }),
  run_model: () => client.run("overpaint/fill", { input: inputs() }),
  run_inline: async () => {
    const [output] = await client.run("overpaint/fill", { input: inputs() });
    return head(await new Response(output).arrayBuffer());
  },
  wait: async () => {
    const made = await client.predictions.create({ version: VERSION, input: inputs(), wait: 30 });
    return { status: made.status, outputs: made.output.length };
  },
  poll: async () => {
    const made = await client.predictions.create({ model: "overpaint/fill", input: inputs() });
    const { status, logs, version } = await client.wait(made, { interval: 100 });
    return { first: made.status, status, logs, version };
  },
  listing: async () => {
    const made = await client.predictions.create({ version: VERSION, input: inputs(), wait: 30 });
    const pages = [];
    for await (const page of client.paginate(client.predictions.list)) {
      pages.push(page.map((item) => item.id));
      if (pages.length === 2) break;
    }
    const [first, second = []] = pages;
    return {
      listed: first.includes(made.id),
      first: first.length,
      second: second.length,
      overlap: first.some((id) => second.includes(id)),
    };
  },
  cancel: async () => {
    const made = await client.predictions.create({
      version: "overpaint/fill",
      input: inputs({ num_outputs: 8 }, "large-image.png", "large-mask.png"),
    });
    await client.predictions.cancel(made.id);
    const { status, output } = await client.wait(made, { interval: 100 });
    return { status, output };
  },
  failure: async () => {
    try {
      await client.run("overpaint/fill", { input: inputs({}, "image.png", "black.png") });
    } catch (error) {
      return { status: "failed", error: error.message };
    }
    return "no error";
  },
  refused: async () => {
    const input = inputs({ width: 500 });
    const { status, title, detail } = await apiError(() =>
      client.predictions.create({ version: VERSION, input })
    );
    return { status, title, detail };
  },
  unauthorized: async () => {
    const stranger = new Replicate({ baseUrl: BASE, auth: "wrong" });
    const { status, title } = await apiError(() => stranger.predictions.list());
    return { status, title };
  },
  upload: async () => {
    const content = new File([readFileSync(join(PICTURES, "image.png"))], "image.png");
    const kept = await client.files.create(content, { for: "tests" });
    const { size, name, metadata } = await client.files.get(kept.id);
    const ids = async () => (await client.files.list()).results.map((item) => item.id);
    const listed = (await ids()).includes(kept.id);
    await client.files.delete(kept.id);
    return { size, name, metadata, listed, gone: !(await ids()).includes(kept.id) };
  },
  download: async () => {
    const [address] = await client.run("overpaint/fill", { input: inputs() });
    return head(await (await fetch(address)).arrayBuffer());
  },
  model: async () => {
    const version = await client.models.versions.get(...MODEL.split("/"), VERSION);
    return Object.keys(version.openapi_schema.components.schemas.Input.properties).sort();
  },
  webhook: async () => {
    const { key } = await client.webhooks.default.secret.get();
    const { headers, body } = JSON.parse(WEBHOOK);
    return (await validateWebhook({ headers, body }, key, webcrypto)) ? "valid" : "invalid";
  },
};

cases[process.argv[2]]().then(
  (result) => console.log(JSON.stringify(result)),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  }
);
