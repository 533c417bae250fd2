// Turns TypeScript into JavaScript for jest with Node's own type stripping: line and column stay, no compiler needed.
const { stripTypeScriptTypes } = require('node:module');
module.exports = { process: (source) => ({ code: stripTypeScriptTypes(source) }) };
