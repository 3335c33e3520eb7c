# params: {"what": "special_bits"}
true
