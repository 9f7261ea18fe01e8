"use strict";
(() => {
  const methods = ["get", "post", "put", "patch", "delete", "head", "options"];

  // element makes an element with attributes and children; text always stays text.
  const element = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
    for (const child of children.flat()) if (child !== undefined && child !== null) made.append(child);
    return made;
  };

  const own = (object, key) => (object && Object.hasOwn(object, key) ? object[key] : undefined);

  // follow resolves references inside the document.
  const follow = (api, value) => {
    for (let i = 0; i < 20 && value && typeof own(value, "$ref") === "string"; i++) {
      if (!value.$ref.startsWith("#/")) return {};
      let at = api;
      for (const step of value.$ref.slice(2).split("/")) at = own(at, decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~"));
      value = at;
    }
    return value || {};
  };

  // example is a value that a schema describes.
  const example = (api, given, depth = 0) => {
    const schema = follow(api, given);
    for (const key of ["example", "default", "const"]) if (own(schema, key) !== undefined) return schema[key];
    if (Array.isArray(schema.enum) && schema.enum.length) return schema.enum[0];
    if (depth > 6) return null;
    if (Array.isArray(schema.allOf)) return Object.assign({}, ...schema.allOf.map((one) => example(api, one, depth + 1)));
    for (const key of ["oneOf", "anyOf"]) if (Array.isArray(schema[key]) && schema[key].length) return example(api, schema[key][0], depth + 1);
    const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
    if (type === "object" || schema.properties) {
      const made = {};
      for (const [name, property] of Object.entries(schema.properties || {})) if (!follow(api, property).readOnly) Object.defineProperty(made, name, { value: example(api, property, depth + 1), enumerable: true });
      return made;
    }
    if (type === "array") return [example(api, schema.items, depth + 1)];
    return { integer: 1, number: 1.5, boolean: true, string: "text" }[type] ?? null;
  };

  const field = (name, hint, input) => element("label", {}, element("span", {}, name), input, element("span", { class: "faint" }, hint ? " " + hint : ""));

  // callers makes the fields for what the security schemes ask for, and gives for each scheme a function that adds it to headers and query.
  const callers = (api, place) => {
    const shown = new Map();
    for (const [name, given] of Object.entries(own(api.components, "securitySchemes") || {})) {
      const scheme = follow(api, given);
      const input = (label, type) => { const made = element("input", { type, autocomplete: "off", "data-scheme": name, "aria-label": name + " " + label }); return [field(label, "", made), made]; };
      const kind = String(scheme.type).toLowerCase() + " " + String(scheme.scheme || scheme.in || "").toLowerCase();
      const box = (...fields) => place.append(element("fieldset", {}, element("legend", {}, name), fields, scheme.description ? element("p", { class: "faint" }, String(scheme.description)) : null));
      if (kind === "http basic") {
        const [userField, user] = input("user", "text"), [passwordField, password] = input("password", "password");
        box(userField, passwordField);
        shown.set(name, (headers) => { if (user.value || password.value) headers.set("Authorization", "Basic " + btoa(String.fromCharCode(...new TextEncoder().encode(user.value + ":" + password.value)))); return Boolean(user.value || password.value); });
      } else if (kind === "apikey header" || kind === "apikey query") {
        const [keyField, key] = input(String(scheme.name), "password");
        box(keyField);
        shown.set(name, (headers, query) => { if (key.value) (scheme.in === "query" ? query : headers).set(scheme.name, key.value); return Boolean(key.value); });
      } else if (kind === "http bearer" || kind.startsWith("oauth2") || kind.startsWith("openidconnect")) {
        const [tokenField, token] = input("token", "password");
        box(tokenField);
        shown.set(name, (headers) => { if (token.value) headers.set("Authorization", "Bearer " + token.value.trim()); return Boolean(token.value); });
      }
    }
    return shown;
  };

  // authorize adds the first way that an operation takes and that is filled in.
  const authorize = (api, operation, shown, headers, query) => {
    for (const way of operation.security || api.security || []) {
      const tried = new Headers(headers), asked = new URLSearchParams(query);
      if (Object.keys(way).every((name) => shown.has(name) && shown.get(name)(tried, asked))) {
        tried.forEach((value, name) => headers.set(name, value));
        asked.forEach((value, name) => query.set(name, value));
        return;
      }
    }
  };

  const parametersOf = (api, item, operation) => {
    const all = new Map();
    for (const given of [...(item.parameters || []), ...(operation.parameters || [])]) {
      const parameter = follow(api, given);
      if (["path", "query", "header"].includes(parameter.in)) all.set(parameter.in + " " + parameter.name, parameter);
    }
    return [...all.values()];
  };

  const inputFor = (api, parameter) => {
    const schema = follow(api, parameter.schema);
    if (!Array.isArray(schema.enum)) return element("input", { type: "text", autocomplete: "off", required: parameter.in === "path", "aria-label": parameter.name, placeholder: schema.type ? String(schema.type) : undefined });
    return element("select", { "aria-label": parameter.name }, element("option", { value: "" }), schema.enum.map((value) => element("option", { value: String(value) }, String(value))));
  };

  // request makes a request of what is filled in.
  const request = (api, base, method, path, operation, shown, inputs, body) => {
    const headers = new Headers(), query = new URLSearchParams();
    let filled = path;
    for (const [parameter, input] of inputs) {
      const value = input.value;
      if (parameter.in === "path") filled = filled.replaceAll("{" + parameter.name + "}", () => encodeURIComponent(value));
      else if (value === "") continue;
      else if (parameter.in === "header") headers.set(parameter.name, value);
      else if (follow(api, parameter.schema).type === "array" && parameter.explode !== false) value.split(",").forEach((one) => query.append(parameter.name, one.trim()));
      else query.set(parameter.name, value);
    }
    authorize(api, operation, shown, headers, query);
    const address = new URL(base.href.replace(/\/$/, "") + filled);
    address.search = query.toString();
    const options = { method: method.toUpperCase(), headers, credentials: "omit" };
    if (body && body.value) {
      headers.set("Content-Type", body.type.value);
      options.body = body.value.value;
    }
    return [address, options];
  };

  const send = async (made, place) => {
    place.replaceChildren("…");
    try {
      const answer = await fetch(...made());
      const text = await answer.text();
      let shown = text;
      try { if (/json/.test(answer.headers.get("Content-Type") || "")) shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* not JSON after all */ }
      const headers = [...answer.headers].map(([name, value]) => name + ": " + value).join("\n");
      place.replaceChildren(element("p", {}, "Status ", element("strong", { class: "status" }, String(answer.status))), element("pre", { class: "faint" }, headers), element("pre", { class: "answer" }, shown));
    } catch (failure) {
      place.replaceChildren(element("p", { class: "status" }, String(failure.message || failure)));
    }
  };

  const operationOf = (api, base, shown, path, item, method) => {
    const operation = item[method], parameters = parametersOf(api, item, operation).map((parameter) => [parameter, inputFor(api, parameter)]);
    const fields = parameters.map(([parameter, input]) => field(parameter.name, [parameter.in, parameter.required ? "required" : "", parameter.description || ""].filter(Boolean).join(", "), input));
    const contents = Object.entries(follow(api, operation.requestBody).content || {});
    let body;
    if (contents.length) {
      const type = element("select", { "aria-label": "content type" }, contents.map(([name]) => element("option", { value: name }, name)));
      const value = element("textarea", { "aria-label": "body", spellcheck: "false" });
      const fill = () => { const [name, content] = contents.find(([one]) => one === type.value); value.value = /json/.test(name) ? JSON.stringify(own(content, "example") ?? example(api, content.schema), null, 2) : ""; };
      type.addEventListener("change", fill);
      fill();
      body = { type, value };
      fields.push(field("content type", "", type), element("label", {}, element("span", {}, "body"), value));
    }
    const place = element("div", { class: "result", "aria-live": "polite" });
    const form = element("form", {}, fields, element("button", { type: "submit" }, "Send"), place);
    form.addEventListener("submit", (event) => { event.preventDefault(); send(() => request(api, base, method, path, operation, shown, parameters, body), place); });
    const title = [element("code", { class: "method" }, method.toUpperCase()), element("code", {}, path), " ", String(operation.summary || "")];
    return element("details", { "data-operation": method.toUpperCase() + " " + path }, element("summary", {}, title), operation.description ? element("p", {}, String(operation.description)) : null, form);
  };

  const show = (api, address) => {
    const server = own((api.servers || [])[0], "url"), base = new URL(server || ".", address);
    document.title = document.getElementById("title").textContent = String(own(api.info, "title") || "API");
    document.getElementById("about").textContent = String(own(api.info, "description") || "");
    const shown = callers(api, document.getElementById("callers"));
    const all = Object.entries(api.paths || {}).flatMap(([path, item]) => methods.filter((method) => own(item, method)).map((method) => operationOf(api, base, shown, path, item, method)));
    document.getElementById("operations").replaceChildren(...all);
  };

  const address = new URL("openapi.json", location.href);
  fetch(address).then((answer) => answer.json()).then((api) => show(api, address)).catch((failure) => {
    document.getElementById("operations").replaceChildren(element("p", {}, "openapi.json cannot be shown: " + failure));
  });
})();
