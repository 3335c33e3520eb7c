#!/bin/sh
# params: {"aspect": "password_asked", "spare": ["deploy", "fishy", "cshy", "tuile"]}
true
