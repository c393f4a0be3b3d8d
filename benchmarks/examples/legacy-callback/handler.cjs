const { coldlens } = require('@coldlens/agent');

exports.handler = coldlens((event, _context, callback) => {
  setTimeout(() => callback(null, { echoed: event }), 2);
});
