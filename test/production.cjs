// Ink runs on React's production build, as the coldlens command has it: the development build takes twice the processor
// time. Mocha requires this first, in each of its processes, because React looks at the variable when it is loaded.
process.env.NODE_ENV = 'production';
