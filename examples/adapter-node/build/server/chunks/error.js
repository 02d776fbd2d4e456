// ../../packages/core/dist/on-error.js
/**
* The default {@link OnError}: one line on the console, with the stage (`socket message`, `stream start`, …).
*
* It is here and nowhere else that a kitrt package writes to the console by itself.
*/
var reportError = (error, { stage }) => {
	console.error(`[kitrt] a fault in ${stage}:`, error);
};
// ../../packages/core/dist/error.js
/** The one error class of kitrt: a `code` for programs, and a message that says what was expected, what was got and how to mend it. */
var KitrtError = class extends Error {
	name = "KitrtError";
	code;
	constructor(code, message, options) {
		super(message, options);
		this.code = code;
	}
};
export { reportError as n, KitrtError as t };

//# sourceMappingURL=error.js.map