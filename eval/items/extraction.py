def extract(reply):
    return {}


async def extract_with(model, reply, keys):
    raise NotImplementedError
