"""Reads paths, one a line, and writes what Python's email package makes of the message in each, one JSON object a line."""
import email, email.policy, hashlib, json, sys

def text_of(part, raw):
    try:
        return part.get_content()
    except Exception:
        return raw.decode("utf-8", "replace")

def leaves(message):
    for part in message.walk():
        if part.is_multipart():
            continue
        try:
            raw = part.get_payload(decode=True) or b""
            name = part.get_filename() or ""
            text = text_of(part, raw) if part.get_content_maintype() == "text" else ""
        except Exception as error:
            yield {"error": str(error)}
            continue
        yield {"type": part.get_content_type(), "name": name, "file": raw.hex(), "text": text}

for line in sys.stdin:
    with open(line.rstrip("\n"), "rb") as f:
        raw = f.read()
    try:
        out = {"leaves": list(leaves(email.message_from_bytes(raw, policy=email.policy.default)))}
    except Exception as error:
        out = {"error": str(error)}
    print(json.dumps(out).encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
