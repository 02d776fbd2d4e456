globalThis.instrumented = 'nothing of the app'
