// Three kinds of tests by file name: *.test.ts anywhere, *.netns.test.ts with root and namespaces, *.lab.test.ts in the lab guest.
const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/jest.transform.cjs' },
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
};
const project = (displayName, testRegex, more = {}) => ({ ...common, displayName, testRegex, ...more });

export default {
  projects: [
    project('unit', '/(packages/[^/]+/test|e2e)/(?:.*/)?[^/.]+\\.test\\.ts$'),
    project('netns', '\\.netns\\.test\\.ts$'),
    project('lab', '\\.lab\\.test\\.ts$'),
  ],
};
