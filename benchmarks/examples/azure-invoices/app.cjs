const { instrument } = require('@coldlens/agent/azure');
const { app } = require('@azure/functions');

instrument(app);

app.http('create', {
  methods: ['POST'],
  handler: async (request) => {
    const { id } = await request.json();
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { status: 201, jsonBody: { invoice: id } };
  },
});
