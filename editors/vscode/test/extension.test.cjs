// node --test: what the client does by itself, with stand-ins for the editor and for the client library.
const assert = require("node:assert");
const fs = require("node:fs");
const Module = require("node:module");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");

const BIN = process.platform === "win32" ? ["Scripts", "awmc.exe"] : ["bin", "awmc"];

// The extension, loaded anew, and what it did.
function load({ setting = "awmc", folder, fails = false }) {
  const did = { started: [], stopped: 0, messages: [], commands: {}, listeners: [] };
  const vscode = {
    workspace: {
      workspaceFolders: folder ? [{ uri: { fsPath: folder } }] : undefined,
      getConfiguration: () => ({ get: () => setting }),
      onDidChangeConfiguration: (listener) => did.listeners.push(listener),
    },
    window: { showErrorMessage: async (message) => void did.messages.push(message) },
    commands: {
      registerCommand: (name, action) => (did.commands[name] = action),
      executeCommand: async () => {},
    },
  };
  class LanguageClient {
    constructor(id, name, server, options) {
      Object.assign(this, { server, options });
    }
    async start() {
      if (fails) throw new Error("spawn awmc ENOENT");
      did.started.push(this);
    }
    async stop() {
      did.stopped += 1;
    }
  }
  const stand = { vscode, "vscode-languageclient/node": { LanguageClient, TransportKind: { stdio: 0 } } };
  const real = Module._load;
  Module._load = (name, ...rest) => stand[name] ?? real(name, ...rest);
  const file = require.resolve("../src/extension.js");
  delete require.cache[file];
  const extension = require(file);
  Module._load = real;
  return { extension, did };
}

async function activated(options) {
  const { extension, did } = load(options);
  await extension.activate({ subscriptions: [] });
  await new Promise(setImmediate);
  return { extension, did };
}

function folderWith(...parts) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "awm-"));
  if (parts.length) {
    fs.mkdirSync(path.join(folder, ...parts.slice(0, -1)), { recursive: true });
    fs.writeFileSync(path.join(folder, ...parts), "");
  }
  return folder;
}

test("it starts `awmc lsp` for specs in every form", async () => {
  const { did } = await activated({});
  const [client] = did.started;
  assert.deepEqual([client.server.command, client.server.args], ["awmc", ["lsp"]]);
  assert.deepEqual(client.options.documentSelector[0], { language: "awm" });
});

test("the virtual environment of the folder goes before the path", async () => {
  const folder = folderWith(".venv", ...BIN);
  const { did } = await activated({ folder });
  assert.equal(did.started[0].server.command, path.join(folder, ".venv", ...BIN));
  assert.equal((await activated({ folder: folderWith() })).did.started[0].server.command, "awmc");
});

test("a setting goes before both, and may be relative", async () => {
  const folder = folderWith("tools", "awmc");
  const { did } = await activated({ folder, setting: "tools/awmc" });
  assert.equal(did.started[0].server.command, path.join(folder, "tools", "awmc"));
  assert.equal((await activated({ folder, setting: "other" })).did.started[0].server.command, "other");
});

test("without the command it says what to install, and can be started later", async () => {
  const { extension, did } = await activated({ fails: true });
  assert.match(did.messages[0], /pip install 'awmlang\[lsp\]'/);
  await extension.deactivate();
  assert.equal(did.stopped, 0);
});

test("it starts anew on command and when the setting changes, and stops", async () => {
  const { extension, did } = await activated({});
  await did.commands["awm.restart"]();
  assert.deepEqual([did.started.length, did.stopped], [2, 1]);
  did.listeners[0]({ affectsConfiguration: (name) => name === "awm.command" });
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  assert.deepEqual([did.started.length, did.stopped], [3, 2]);
  await extension.deactivate();
  assert.equal(did.stopped, 3);
});
