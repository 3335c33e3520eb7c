#!/bin/sh
# params: {"delay_seconds": 600}
true
