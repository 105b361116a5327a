// Starts `awmc lsp` and lets it speak with the editor.
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

const HELP = "Set it up";
const GUIDE = "awmc was not found. Install it with `pip install 'awmlang[lsp]'`, or set `awm.command` to where it is.";

let client;

// The command of the settings; where that is left alone, the one of a virtual environment in an open folder.
function command() {
  const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  const chosen = vscode.workspace.getConfiguration("awm").get("command", "awmc");
  const bin = process.platform === "win32" ? ["Scripts", "awmc.exe"] : ["bin", "awmc"];
  const tried =
    chosen === "awmc"
      ? folders.map((folder) => path.join(folder, ".venv", ...bin))
      : /[\\/]/.test(chosen)
        ? folders.map((folder) => path.resolve(folder, chosen))
        : [];
  return tried.find((file) => fs.existsSync(file)) ?? chosen;
}

async function start() {
  const server = { command: command(), args: ["lsp"], transport: TransportKind.stdio };
  client = new LanguageClient("awm", "AWM", server, {
    documentSelector: [{ language: "awm" }, { pattern: "**/*.awm.{yaml,yml,json}" }],
  });
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    const answer = await vscode.window.showErrorMessage(`${GUIDE} (${error.message ?? error})`, HELP);
    if (answer === HELP) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "awm.command");
    }
  }
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function restart() {
  await stop();
  await start();
}

exports.activate = async (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand("awm.restart", restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("awm.command")) restart();
    }),
  );
  // Not awaited: where the command is missing, somebody has to answer first.
  start();
};

exports.deactivate = stop;
