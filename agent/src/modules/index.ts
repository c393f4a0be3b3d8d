/** `@coldlens/agent/modules`: the module tree by package, for whoever has one, such as a benchmark. */
export { type ModuleFormat, type ModuleNode, type ModuleSource, makeNode, totalsOf } from './node.ts';
export { type Package, Packages, type ReadManifest } from './package-of.ts';
export { type ImportedBy, lineOfImport, type PackageCost, type ReadSource, rollUp } from './rollup.ts';
export { lazyCandidates } from './unused.ts';
