// Imported first by a program that runs the source through tsx, where nothing replaces the constant: the production build.
Object.assign(globalThis, { __DEV__: false })
