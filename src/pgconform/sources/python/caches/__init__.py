"""What a program does with Redis: patterns of keys, and the payloads behind them."""
