// src/hooks.server.ts
var handle = ({ event, resolve }) => {
	event.locals.user = event.cookies.get("user");
	return resolve(event);
};
export { handle };

//# sourceMappingURL=hooks.server.js.map