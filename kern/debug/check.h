static inline void check_sample(void){}
