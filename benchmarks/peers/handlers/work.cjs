// The same small function under every agent.
module.exports = async (event) => ({ statusCode: 200, body: JSON.stringify({ id: event.id ?? null }) });
